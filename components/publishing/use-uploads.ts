'use client'
/** The files that go with a version: checked here, sent at once, and named when the version is published. */
import { ApiError, callApi } from '#lib/client/api'
import {
  ARTEFACT_MAX_BYTES,
  ARTEFACT_MAX_MEGABYTES,
  ARTEFACTS_MAX_PER_VERSION,
  checkArtefactName,
} from '#lib/kernel/artefact'
import type { deleteUploadEndpoint } from '#lib/publishing/endpoints'
import { useRef, useState } from 'react'
import { sendFile, uploadPath } from './upload-request.ts'

export interface UploadTarget {
  handle: string
  version: string
}

export interface UploadItem {
  name: string
  sizeBytes: number
  /** 0 to 1. */
  progress: number
  /** Once it has arrived. */
  sha256: string | null
  fault: string | null
  /** Of which version it was sent for. */
  target: UploadTarget
}

export interface Uploads {
  items: readonly UploadItem[]
  isSending: boolean
  add: (target: UploadTarget, files: Iterable<File>) => void
  remove: (name: string) => void
  /** For publishing: each with its hash, so that exactly these bytes are taken. */
  references: (target: UploadTarget) => string[]
  clear: () => void
}

export function useUploads(): Uploads {
  const [items, setItems] = useState<readonly UploadItem[]>([])
  const running = useRef(new Map<string, AbortController>())
  const change = (name: string, changes: Partial<UploadItem>) =>
    setItems((known) => known.map((item) => (item.name === name ? { ...item, ...changes } : item)))

  async function send(target: UploadTarget, file: File) {
    const abort = new AbortController()
    running.current.set(file.name, abort)
    try {
      const { sha256 } = await sendFile({
        ...target,
        file,
        onProgress: (progress) => change(file.name, { progress }),
        signal: abort.signal,
      })
      change(file.name, { sha256, progress: 1 })
    } catch (error) {
      if (abort.signal.aborted) return
      change(file.name, {
        fault: error instanceof ApiError ? error.message : 'It could not be read from your disk.',
      })
    } finally {
      if (running.current.get(file.name) === abort) running.current.delete(file.name)
    }
  }

  return {
    items,
    isSending: items.some(({ sha256, fault }) => sha256 === null && fault === null),
    add(target, files) {
      const wanted = [...files].map((file) => ({ file, fault: faultOf(file) }))
      const names = new Set(wanted.map(({ file }) => file.name))
      const kept = items.filter(({ name }) => !names.has(name))
      const room = ARTEFACTS_MAX_PER_VERSION - kept.length
      const added = wanted.map(({ file, fault }, index): UploadItem => ({
        ...{ name: file.name, sizeBytes: file.size, progress: 0, sha256: null, target },
        fault: index < room ? fault : `A version has at most ${ARTEFACTS_MAX_PER_VERSION} files.`,
      }))
      for (const name of names) running.current.get(name)?.abort()
      setItems([...kept, ...added])
      for (const [index, { file }] of wanted.entries())
        if (added[index]?.fault === null) void send(target, file)
    },
    remove(name) {
      running.current.get(name)?.abort()
      const item = items.find((known) => known.name === name)
      setItems((known) => known.filter((other) => other.name !== name))
      if (!item?.sha256) return
      const path = uploadPath(item.target.handle, item.target.version, name)
      // It would go by itself in a day.
      callApi<typeof deleteUploadEndpoint>({ method: 'DELETE', path }).catch(() => undefined)
    },
    references: ({ handle, version }) =>
      items.flatMap(({ name, sha256, target }) =>
        sha256 !== null && target.handle === handle && target.version === version
          ? [`${name}@${sha256}`]
          : [],
      ),
    clear() {
      for (const abort of running.current.values()) abort.abort()
      setItems([])
    },
  }
}

function faultOf(file: File): string | null {
  const checked = checkArtefactName(file.name)
  if (!checked.ok) return checked.message
  if (file.size === 0) return 'The file is empty.'
  return file.size > ARTEFACT_MAX_BYTES ? `At most ${ARTEFACT_MAX_MEGABYTES} MiB each.` : null
}
