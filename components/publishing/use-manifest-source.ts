'use client'
/** The text being written: where it comes from (template, file, draft, typing), and the way back from a replacement. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { readDraft, writeDraft } from './draft-store.ts'
import { type ManifestSource, sourceFromFile, sourceFromText } from './manifest-source.ts'

export interface SourceState {
  source: ManifestSource
  category: string
  setCategory: (slug: string) => void
  /** What typing does. */
  edit: (text: string) => void
  /** What a template or an edit of ours does: it can be undone. */
  replace: (source: ManifestSource) => void
  open: (file: File) => Promise<void>
  /** Why the last file was not opened. */
  fileFault: string | null
  /** The text that was replaced, if it was worth keeping. */
  undo: (() => void) | null
  clear: () => void
}

const subscribeToNothing = () => () => undefined

/** `draftKey` tells drafts of different packages apart. */
export function useManifestSource(
  draftKey: string,
  initial: { text: string; category: string },
): SourceState {
  const [edited, setEdited] = useState<{ source: ManifestSource; category: string } | null>(null)
  const [replaced, setReplaced] = useState<ManifestSource | null>(null)
  const [fileFault, setFileFault] = useState<string | null>(null)
  const [fromServer] = useState(() => ({ source: sourceFromText(initial.text), category: initial.category }))
  // The server cannot know the draft: it joins right after hydration, and only as it was when the page was opened.
  const [readOnce] = useState(() => draftReader(draftKey))
  const draft = useSyncExternalStore(subscribeToNothing, readOnce, () => null)
  const { source, category } = edited ?? draft ?? fromServer

  useEffect(() => {
    if (edited) writeDraft(draftKey, { text: edited.source.text, category: edited.category })
  }, [draftKey, edited])

  const replace = (next: ManifestSource) => {
    setReplaced(source.text.trim() === '' || source.text === next.text ? null : source)
    setFileFault(null)
    setEdited({ source: next, category })
  }
  return {
    source,
    category,
    fileFault,
    setCategory: (slug) => setEdited({ source, category: slug }),
    edit: (text) => {
      setReplaced(null)
      setEdited({ source: { ...sourceFromText(text), fileName: source.fileName }, category })
    },
    replace,
    async open(file) {
      const read = sourceFromFile(file.name, new Uint8Array(await file.arrayBuffer()))
      if (read.ok) replace(read.source)
      else setFileFault(read.message)
    },
    undo: replaced
      ? () => {
          setReplaced(null)
          setEdited({ source: replaced, category })
        }
      : null,
    clear: () => {
      setReplaced(null)
      setEdited({ source: sourceFromText(''), category: '' })
    },
  }
}

/** Reads the draft at its first call and stands by it. */
function draftReader(key: string) {
  let snapshot: { source: ManifestSource; category: string } | null | undefined
  return () => {
    if (snapshot === undefined) {
      const draft = readDraft(key)
      snapshot = draft ? { source: sourceFromText(draft.text), category: draft.category } : null
    }
    return snapshot
  }
}
