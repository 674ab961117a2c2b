'use client'
/**
 * A question before something that is hard to take back. A native popover: it opens, closes on Escape and gives the focus
 * back before and without JavaScript; what is inside is an ordinary form.
 */
import { buttonClass, type ButtonSize, type ButtonVariant } from './button.tsx'
import { XIcon } from './icons.tsx'

export interface ConfirmPopoverProps {
  /** Unique in the page. */
  id: string
  trigger: React.ReactNode
  triggerVariant?: ButtonVariant
  triggerSize?: ButtonSize
  /** Names the trigger where its text alone would not, as in a list. */
  triggerLabel?: string
  title: React.ReactNode
  children: React.ReactNode
}

export function ConfirmPopover({
  id,
  trigger,
  triggerVariant = 'secondary',
  triggerSize,
  triggerLabel,
  title,
  children,
}: ConfirmPopoverProps) {
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-label={triggerLabel}
        className={buttonClass({ variant: triggerVariant, size: triggerSize })}
      >
        {trigger}
      </button>
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-labelledby={`${id}-title`}
        data-slot="confirm-popover"
        onToggle={({ newState, currentTarget }) => {
          if (newState === 'open') focusFirstControl(currentTarget)
        }}
        className="m-auto max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-2rem))] overflow-y-auto rounded-lg border border-line bg-raised p-5 text-left whitespace-normal text-ink shadow-lg backdrop:bg-[oklch(0.16_0.03_342/0.55)]"
      >
        <div className="mb-3 flex items-start gap-3">
          <h2 id={`${id}-title`} className="min-w-0 flex-1 font-display text-xl font-semibold break-words">
            {title}
          </h2>
          <button
            type="button"
            popoverTarget={id}
            popoverTargetAction="hide"
            aria-label="Close"
            className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}
          >
            <XIcon />
          </button>
        </div>
        {children}
      </div>
    </>
  )
}

/** What is asked for, or else the button that goes on; the Tab key reaches the rest. */
function focusFirstControl(popover: HTMLElement): void {
  popover.querySelector<HTMLElement>('textarea, input:not([type="hidden"]), button[type="submit"]')?.focus()
}
