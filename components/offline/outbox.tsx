'use client'
/** The outbox: a note in the corner while anything is in it, and what is in it behind. */
import { buttonClass } from '#components/ui/button'
import { ReceiptIcon, XIcon } from '#components/ui/icons'
import { queryClient } from '#lib/client/query-client'
import { offerQuery, walletQuery } from '#lib/commerce/contract'
import { isWaiting, type QueueEntry } from '#lib/client/purchase-queue'
import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { OutboxRow } from './outbox-row.tsx'
import { useIsOffline } from './use-is-offline.ts'
import { useOutbox } from './use-outbox.ts'

const PANEL_ID = 'outbox'

export function Outbox() {
  const { entries } = useOutbox()
  const isOffline = useIsOffline()
  const news = useNews(entries)
  useFreshOffers(entries)
  const panel = useRef<HTMLDivElement>(null)
  const pathname = usePathname()
  useEffect(() => {
    // Whoever followed a link out of it wants to see where it leads.
    panel.current?.hidePopover()
  }, [pathname])
  return (
    <>
      <p role="status" data-slot="outbox-news" className="sr-only">
        {news}
      </p>
      {entries.length > 0 ? (
        <>
          <button
            type="button"
            popoverTarget={PANEL_ID}
            data-slot="outbox-button"
            className="flex min-h-11 items-center gap-2.5 rounded-lg border border-line bg-raised px-4 text-sm font-medium text-ink shadow-lg hover:bg-hover"
          >
            <ReceiptIcon className="text-base text-brand-ink" />
            {summaryOf(entries)}
          </button>
          <div
            ref={panel}
            id={PANEL_ID}
            popover="auto"
            role="dialog"
            aria-labelledby="outbox-title"
            className="fixed inset-auto right-4 bottom-4 left-4 m-0 max-h-[calc(100dvh-2rem)] w-auto overflow-y-auto rounded-lg border border-line bg-raised text-ink shadow-lg sm:left-auto sm:w-104"
          >
            <div className="flex items-center gap-3 border-b border-line py-2.5 pr-2.5 pl-4">
              <h2 id="outbox-title" className="flex-1 font-display text-lg font-semibold">
                Outbox
              </h2>
              <button
                type="button"
                popoverTarget={PANEL_ID}
                popoverTargetAction="hide"
                aria-label="Close"
                className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}
              >
                <XIcon />
              </button>
            </div>
            <ul aria-label="Purchases" className="divide-y divide-line">
              {entries.map((entry) => (
                <OutboxRow key={entry.id} entry={entry} isOffline={isOffline} />
              ))}
            </ul>
            {entries.some(isWaiting) ? (
              <p className="border-t border-line px-4 py-2.5 text-xs text-muted">
                Bought in this order, one after the other. Signing out empties the outbox.
              </p>
            ) : null}
          </div>
        </>
      ) : null}
    </>
  )
}

function summaryOf(entries: readonly QueueEntry[]): string {
  const waiting = entries.filter(isWaiting).length
  const bought = entries.filter(({ outcome }) => outcome?.kind === 'bought').length
  const open = entries.length - waiting - bought
  const parts = [
    waiting > 0 ? `${waiting} ${waiting === 1 ? 'purchase waits' : 'purchases wait'}` : '',
    open > 0 ? `${open} not bought` : '',
    bought > 0 ? `${bought} bought` : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** What has just changed, in a sentence for those who do not see the note. */
function useNews(entries: readonly QueueEntry[]): string {
  const known = useRef(new Map<number, string>())
  const [news, setNews] = useState('')
  useEffect(() => {
    const changed = entries.filter((entry) => known.current.get(entry.id) !== stateOf(entry))
    known.current = new Map(entries.map((entry) => [entry.id, stateOf(entry)]))
    // Of many at once the number is enough.
    if (changed.length > 0)
      setNews(changed.length > 2 ? summaryOf(entries) : changed.map(sentenceOf).join(' '))
  }, [entries])
  return news
}

/** What was bought here is not offered any more. */
function useFreshOffers(entries: readonly QueueEntry[]): void {
  const bought = entries
    .filter(({ outcome }) => outcome?.kind === 'bought')
    .map(({ intent }) => intent.handle)
  const handles = bought.join(' ')
  useEffect(() => {
    const client = queryClient()
    for (const handle of handles.split(' ').filter(Boolean)) {
      void client.invalidateQueries({ queryKey: offerQuery(handle).queryKey })
    }
    if (handles !== '') void client.invalidateQueries(walletQuery())
  }, [handles])
}

const stateOf = ({ outcome }: QueueEntry) => outcome?.kind ?? 'waiting'

function sentenceOf({ name, outcome }: QueueEntry): string {
  if (outcome === null) return `${name} waits in the outbox.`
  if (outcome.kind === 'bought') return `${name} was bought.`
  return `${name} was not bought. The outbox says what to do.`
}
