'use client'
/**
 * The words of a list. Typing searches at once and rewrites the address; Enter and scripts that do not run make it a
 * plain GET form.
 */
import { Input } from '#components/ui/input'
import { SearchIcon } from '#components/ui/frame-icons'
import { buttonClass } from '#components/ui/button'
import { useEffect, useEffectEvent, useState } from 'react'
import { type SearchState, searchPairs } from '../catalog/search-href.ts'

const DEBOUNCE_MS = 220

export interface ListingSearchBoxProps {
  state: SearchState
  path: string
  label: string
  onType: (q: string) => void
  /** Enter: these words are meant. */
  onMean: (q: string) => void
}

export function ListingSearchBox({ state, path, label, onType, onMean }: ListingSearchBoxProps) {
  const q = state.q ?? ''
  const [text, setText] = useState(q)
  /** The words that the address holds, or will as soon as it follows. */
  const [sent, setSent] = useState(q)
  const [shown, setShown] = useState(q)
  const [isComposing, setIsComposing] = useState(false)
  if (q !== shown) {
    setShown(q)
    // Not our own typing: the back button, or a link.
    if (q !== sent) {
      setText(q)
      setSent(q)
    }
  }

  const type = useEffectEvent((words: string) => {
    setSent(words)
    onType(words)
  })
  useEffect(() => {
    const words = text.trim()
    if (words === sent || isComposing) return
    const timer = setTimeout(() => type(words), DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [text, sent, isComposing])

  return (
    <form
      role="search"
      aria-label={label}
      action={path}
      method="get"
      onSubmit={(event) => {
        event.preventDefault()
        event.stopPropagation()
        const words = text.trim()
        if (words !== sent) {
          setSent(words)
          onType(words)
        }
        onMean(words)
      }}
      className="relative mb-4 flex gap-2"
    >
      <SearchIcon className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-faint" />
      <Input
        type="search"
        name="q"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onCompositionStart={() => setIsComposing(true)}
        onCompositionEnd={() => setIsComposing(false)}
        autoComplete="off"
        enterKeyHint="search"
        maxLength={200}
        className="h-11! pl-10!"
      />
      {searchPairs({ ...state, q: undefined }).map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
      <span className="hidden [@media(scripting:none)]:contents">
        <button type="submit" className={buttonClass({}, 'h-11!')}>
          Search
        </button>
      </span>
    </form>
  )
}
