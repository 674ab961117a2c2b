'use client'
/**
 * Searching from anywhere: a box with grouped suggestions in a modal dialog (WAI-ARIA combobox with a listbox popup). It
 * draws; what is offered and where it leads is `palette-options.ts`, what happens is `use-palette.ts`.
 */
import { Kbd } from '#components/ui/kbd'
import { queryClient } from '#lib/client/query-client'
import { QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useId, useLayoutEffect, useRef } from 'react'
import { PaletteBox } from './palette-box.tsx'
import { optionId, PaletteList } from './palette-list.tsx'
import { spokenCounts } from './palette-options.ts'
import { RecentControls } from './recent-controls.tsx'
import { type PaletteOpening, usePalette } from './use-palette.ts'

export interface PaletteProps {
  opening: PaletteOpening
  isSignedIn: boolean
  onClose: () => void
}

export function Palette(props: PaletteProps) {
  return (
    <QueryClientProvider client={queryClient()}>
      <PaletteDialog {...props} />
    </QueryClientProvider>
  )
}

function PaletteDialog({ opening, isSignedIn, onClose }: PaletteProps) {
  const listId = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const palette = usePalette({ opening, isSignedIn, onClose })
  const { text, groups, state, failure, history, active, allHref } = palette
  const activeId = active ? optionId(listId, active) : undefined

  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    // Closing gives the focus back to where it was; being removed would not.
    return () => shown?.close()
  }, [])

  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- a click beside the dialog; Escape is the key for it
    <dialog
      ref={dialog}
      data-slot="palette"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className="m-0 max-h-none w-full max-w-none overflow-hidden border border-line bg-raised text-ink shadow-lg backdrop:bg-[oklch(0.16_0.03_342/0.55)] max-sm:h-dvh sm:mx-auto sm:mt-[12vh] sm:w-[min(40rem,calc(100vw-2rem))] sm:rounded-lg"
    >
      <div className="flex max-h-full flex-col max-sm:h-full sm:max-h-[72vh]">
        <PaletteBox
          palette={palette}
          opening={opening}
          listId={listId}
          activeId={activeId}
          onClose={onClose}
        />
        <div className="relative min-h-0 overflow-y-auto overscroll-contain p-1.5">
          <PaletteList
            id={listId}
            groups={groups}
            typed={text}
            activeKey={active?.key ?? null}
            onChoose={palette.choose}
          />
          <RecentControls
            groups={groups}
            history={history}
            onForget={palette.forget}
            onForgetAll={palette.forgetAll}
          />
          {state === 'settled' && groups.length === 0 && text.trim() !== '' ? (
            <p aria-hidden="true" className="px-2.5 pt-1.5 text-sm text-muted">
              Nothing to suggest for these words.
            </p>
          ) : null}
          <p className="px-2.5 py-1.5 text-sm">
            <Link
              href={allHref}
              prefetch={false}
              onClick={onClose}
              className="inline-flex min-h-7 max-w-full items-center text-brand-ink underline underline-offset-4"
            >
              <span className="truncate">
                {text.trim() ? `All results for “${text.trim()}”` : 'Browse all packages'}
              </span>
            </Link>
          </p>
          {state === 'failed' ? <p className="px-2.5 pb-2 text-sm text-muted">{failure}</p> : null}
        </div>
        <KeyLegend />
      </div>
      <p role="status" className="sr-only">
        {state === 'asking' ? '' : state === 'failed' ? failure : spokenCounts(groups)}
      </p>
    </dialog>
  )
}

function KeyLegend() {
  return (
    <p
      aria-hidden="true"
      className="flex shrink-0 items-center gap-4 border-t border-line bg-sunken px-4 py-2 text-xs text-muted max-sm:hidden"
    >
      <span className="flex items-center gap-1.5">
        <Kbd>↑</Kbd>
        <Kbd>↓</Kbd> move
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd>Tab</Kbd> complete
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd>Enter</Kbd> open
      </span>
      <span className="ml-auto flex items-center gap-1.5">
        <Kbd>Esc</Kbd> close
      </span>
    </p>
  )
}
