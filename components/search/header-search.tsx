'use client'
/**
 * The header's search box and every other way into the palette: a click on the box, typing in it, `/`, and Ctrl or Cmd
 * with K. Without scripts, and until they run, it is a plain form. The palette itself is loaded when the page has nothing
 * better to do; this file must stay small.
 */
import { SearchForm } from '#components/shell/search-form'
import { useViewer } from '../shell/viewer-store.ts'
import { type ComponentType, useEffect, useEffectEvent, useState } from 'react'
import type { PaletteProps } from './palette.tsx'
import type { PaletteOpening } from './use-palette.ts'

const IDLE_PATIENCE_MS = 2_000

/** @param props.isSignedIn left out where the page is the same for everybody */
export function HeaderSearch(props: { isSignedIn?: boolean | undefined }) {
  const viewer = useViewer()
  const isSignedIn = props.isSignedIn ?? Boolean(viewer)
  const [Palette, setPalette] = useState<ComponentType<PaletteProps> | null>(null)
  /** `null` while the palette is closed. */
  const [opening, setOpening] = useState<PaletteOpening | null>(null)

  function load() {
    import('./palette.tsx').then(
      ({ Palette }) => setPalette(() => Palette),
      // Offline, or a new version was deployed: the box is still a form that works.
      () => setOpening(null),
    )
  }

  function open(text: string, isTyped = false) {
    setOpening({ text, isTyped })
    if (!Palette) load()
  }

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    if (isShortcut(event)) {
      event.preventDefault()
      if (opening === null) open(wordsInAddress())
      else setOpening(null)
    } else if (opening !== null && !Palette && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      // Typed before the palette is there to be typed into.
      event.preventDefault()
      setOpening({ text: (opening.isTyped ? opening.text : '') + event.key, isTyped: true })
    }
  })
  const loadIdly = useEffectEvent(load)

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event)
    window.addEventListener('keydown', listener)
    const cancel = whenIdle(loadIdly)
    return () => {
      window.removeEventListener('keydown', listener)
      cancel()
    }
  }, [])

  return (
    <>
      <SearchForm
        shortcut="/"
        onClick={() => open(wordsInAddress())}
        onInput={(event) => {
          open(event.currentTarget.value, true)
          event.currentTarget.value = ''
        }}
      />
      {Palette && opening !== null ? (
        <Palette opening={opening} isSignedIn={isSignedIn} onClose={() => setOpening(null)} />
      ) : null}
    </>
  )
}

/** Ctrl or Cmd with K anywhere; `/` where it is not meant as a letter, nor another dialog has the word. */
function isShortcut({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): boolean {
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') return true
  if (key !== '/' || ctrlKey || metaKey || altKey) return false
  const isWriting =
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  return !isWriting && document.querySelector('dialog:modal') === null
}

/** On the page of a search its words are what one wants to change. */
function wordsInAddress(): string {
  return location.pathname === '/search' ? (new URLSearchParams(location.search).get('q') ?? '') : ''
}

function whenIdle(task: () => void): () => void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(task, IDLE_PATIENCE_MS)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(task, { timeout: IDLE_PATIENCE_MS * 2 })
  return () => cancelIdleCallback(handle)
}
