'use client'
/** What happens in the palette: what is written, which option is active, and what keys and choices do. */
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { searchHref } from '../catalog/search-href.ts'
import {
  completionOf,
  hrefOfOption,
  nextOption,
  type PaletteKey,
  type PaletteOption,
} from './palette-options.ts'
import { usePaletteGroups } from './use-palette-groups.ts'

export interface PaletteOpening {
  text: string
  /** Somebody is in the middle of writing it; else it stands there to be replaced. */
  isTyped: boolean
}

interface PaletteFrame {
  opening: PaletteOpening
  isSignedIn: boolean
  onClose: () => void
}

const WALKING_KEYS: readonly string[] = ['ArrowDown', 'ArrowUp', 'Home', 'End'] satisfies PaletteKey[]

export type PaletteState = ReturnType<typeof usePalette>

export function usePalette({ opening, isSignedIn, onClose }: PaletteFrame) {
  const router = useRouter()
  const [text, setText] = useState(opening.text)
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const offered = usePaletteGroups(text, isSignedIn)
  const options = offered.groups.flatMap((group) => group.options)
  const keys = options.map(({ key }) => key)
  // An option that went away is not chosen by Enter.
  const active = options.find(({ key }) => key === activeKey) ?? null
  const allHref = searchHref({ q: text.trim() })

  function write(next: string) {
    setText(next)
    setActiveKey(null)
  }

  function go(href: string) {
    onClose()
    router.push(href)
  }

  function choose(option: PaletteOption) {
    const href = hrefOfOption(option)
    if (href === null) write(completionOf(option))
    else go(href)
  }

  function onKeyDown(event: React.KeyboardEvent) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event
    if (event.nativeEvent.isComposing || ctrlKey || metaKey || altKey) return
    if (key === 'Delete' && shiftKey && active?.type === 'recent') {
      event.preventDefault()
      setActiveKey(nextOption(keys, active.key, 'ArrowDown'))
      offered.forget(active.id)
    } else if (WALKING_KEYS.includes(key) && !shiftKey) {
      // While the box itself has the word, Home and End move in its text.
      if ((key === 'Home' || key === 'End') && !active) return
      event.preventDefault()
      setActiveKey(nextOption(keys, active?.key ?? null, key as PaletteKey))
    } else if (key === 'Tab' && !shiftKey) {
      const completion = completionFor(active ?? options[0], text)
      if (completion === null) return
      event.preventDefault()
      write(completion)
    } else if (key === 'Enter') {
      event.preventDefault()
      if (active) choose(active)
      else go(allHref)
    }
  }

  return { ...offered, options, text, active, allHref, write, choose, submit: () => go(allHref), onKeyDown }
}

/** `null` where Tab has nothing to write and goes on to the next control, so that nobody is caught in the box. */
function completionFor(option: PaletteOption | undefined, text: string): string | null {
  if (!option || text.trim() === '') return null
  const completion = completionOf(option)
  return completion.toLowerCase() === text.trim().toLowerCase() ? null : completion
}
