'use client'
/** The filters over the list, where there is no room beside it: a modal dialog. Each choice shows its effect at once. */
import { buttonClass, Button } from '#components/ui/button'
import { XIcon } from '#components/ui/icons'
import { useLayoutEffect, useRef } from 'react'

export interface FilterSheetProps {
  /** What the way out says: `Show 12 packages`. */
  closeLabel: string
  onClose: () => void
  children: React.ReactNode
}

export function FilterSheet({ closeLabel, onClose, children }: FilterSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- a click beside the dialog; Escape is the key for it
    <dialog
      ref={dialog}
      data-slot="filter-sheet"
      aria-labelledby="filter-sheet-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className="mx-0 mt-auto mb-0 max-h-[85dvh] w-full max-w-none overflow-hidden rounded-t-lg border-t border-line bg-raised text-ink shadow-lg backdrop:bg-[oklch(0.16_0.03_342/0.55)]"
    >
      <div className="flex max-h-[85dvh] flex-col">
        <div className="flex items-center justify-between border-b border-line py-2 pr-2 pl-4">
          <h2 id="filter-sheet-title" className="font-display text-xl font-semibold">
            Filters
          </h2>
          <button
            type="button"
            aria-label="Close filters"
            onClick={onClose}
            className={buttonClass({ variant: 'quiet', size: 'icon' })}
          >
            <XIcon />
          </button>
        </div>
        <div className="min-h-0 overflow-y-auto overscroll-contain px-2 py-4">{children}</div>
        <div className="border-t border-line p-3">
          <Button size="lg" className="w-full" onClick={onClose}>
            {closeLabel}
          </Button>
        </div>
      </div>
    </dialog>
  )
}
