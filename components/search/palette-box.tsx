'use client'
/** The palette's box: a combobox that keeps the focus while its list is walked through. */
import { buttonClass } from '#components/ui/button'
import { SearchIcon } from '#components/ui/frame-icons'
import { XIcon } from '#components/ui/icons'
import { Q_MAX_LENGTH } from '#lib/search/limits'
import { useEffect, useRef } from 'react'
import type { PaletteOpening, PaletteState } from './use-palette.ts'

export interface PaletteBoxProps {
  palette: PaletteState
  opening: PaletteOpening
  listId: string
  activeId: string | undefined
  onClose: () => void
}

export function PaletteBox({ palette, opening, listId, activeId, onClose }: PaletteBoxProps) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const { length } = opening.text
    box.current?.focus()
    box.current?.setSelectionRange(opening.isTyped ? length : 0, length)
  }, [opening])
  return (
    <form
      role="search"
      aria-label="Search"
      action="/search"
      onSubmit={(event) => {
        event.preventDefault()
        palette.submit()
      }}
      className="flex shrink-0 items-center gap-3 border-b border-line pr-2 pl-4"
    >
      <SearchIcon className="shrink-0 text-lg text-faint" />
      <input
        ref={box}
        name="q"
        role="combobox"
        aria-label="Search packages"
        aria-expanded={palette.options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        value={palette.text}
        onChange={(event) => palette.write(event.currentTarget.value)}
        onKeyDown={palette.onKeyDown}
        placeholder="Packages, words or key:value"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        inputMode="search"
        enterKeyHint="search"
        maxLength={Q_MAX_LENGTH}
        className="h-13 w-full min-w-0 bg-transparent text-[1rem] outline-none"
      />
      <button
        type="button"
        aria-label="Close search"
        onClick={onClose}
        className={buttonClass({ variant: 'quiet', size: 'icon' })}
      >
        <XIcon />
      </button>
    </form>
  )
}
