'use client'
/** A question that must be answered before going on. Focus stays inside, Escape closes, and the page behind is inert. */
import { Dialog as Base } from '@base-ui/react/dialog'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import { XIcon } from './icons.tsx'

export function Dialog(props: React.ComponentProps<typeof Base.Root>) {
  return <Base.Root {...props} />
}

export function DialogTrigger(props: React.ComponentProps<typeof Base.Trigger>) {
  return <Base.Trigger data-slot="dialog-trigger" {...props} />
}

export function DialogClose(props: React.ComponentProps<typeof Base.Close>) {
  return <Base.Close data-slot="dialog-close" {...props} />
}

export interface DialogContentProps {
  title: React.ReactNode
  description?: React.ReactNode
  children?: React.ReactNode
  /** Buttons, the safest last. */
  footer?: React.ReactNode
  className?: string
}

export function DialogContent({ title, description, children, footer, className }: DialogContentProps) {
  return (
    <Base.Portal>
      <Base.Backdrop className="fixed inset-0 z-40 bg-[oklch(0.16_0.03_342/0.55)] transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
      <Base.Popup
        data-slot="dialog"
        className={cx(
          'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border border-line bg-raised shadow-lg transition-[opacity,scale] duration-150 data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0',
          className,
        )}
      >
        <div className="flex items-start gap-3 p-5 pb-0">
          <div className="min-w-0 flex-1">
            <Base.Title className="font-display text-xl font-semibold">{title}</Base.Title>
            {description ? (
              <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>
            ) : null}
          </div>
          <Base.Close aria-label="Close" className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}>
            <XIcon />
          </Base.Close>
        </div>
        <div className="overflow-y-auto p-5">{children}</div>
        {footer ? (
          <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5">{footer}</div>
        ) : null}
      </Base.Popup>
    </Base.Portal>
  )
}
