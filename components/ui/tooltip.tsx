'use client'
/** A short explanation on hover and focus. Nothing essential lives here: touch never sees it. */
import { Tooltip as Base } from '@base-ui/react/tooltip'

export function Tooltip({
  text,
  children,
}: {
  text: string
  children: React.ReactElement<Record<string, unknown>>
}) {
  return (
    <Base.Root>
      <Base.Trigger data-slot="tooltip-trigger" render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup
            data-slot="tooltip"
            className="max-w-64 rounded-sm bg-ink px-2 py-1 text-xs text-canvas shadow-md transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
