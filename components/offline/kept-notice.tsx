'use client'
/** Says of a page that came from this device of when it is. */
import { DateTime } from '#components/ui/date-time'
import { InfoIcon } from '#components/ui/icons'
import { usePathname } from 'next/navigation'
import { useState } from 'react'

export function KeptNotice() {
  const pathname = usePathname()
  // Written into the page by the worker. Whatever is opened from here on comes from the server.
  const [kept] = useState(() => ({ pathname, atMs: Number(document.documentElement.dataset.keptAt) }))
  const [isClosed, setClosed] = useState(false)
  if (isClosed || !kept.atMs || kept.pathname !== pathname) return null
  return (
    <div
      role="status"
      data-slot="kept-notice"
      className="flex w-full items-center gap-3 rounded-lg border border-line bg-raised py-2.5 pr-2.5 pl-4 text-sm text-ink shadow-lg sm:w-auto"
    >
      <InfoIcon className="text-base text-info" />
      <p className="flex-1">
        The market cannot be reached. This is how the page was on{' '}
        <DateTime iso={new Date(kept.atMs).toISOString()} />.
      </p>
      <button
        type="button"
        onClick={() => setClosed(true)}
        className="min-h-8 rounded-sm px-2 font-medium text-brand-ink hover:underline"
      >
        Close
      </button>
    </div>
  )
}
