/** What happened in a dispute, oldest first, as both sides and operators see it. */
import { DateTime } from '#components/ui/date-time'
import { DownloadIcon } from '#components/ui/frame-icons'
import { formatSize } from '../ui/file-size.ts'
import type { Dispute, DisputeEvent, DisputeUsage } from '#lib/disputes/schemas'
import { countOf } from '../catalog/compact-count.ts'
import { cx } from '../ui/cx.ts'
import { headlineOf } from './dispute-words.ts'

const DOTS: Record<DisputeEvent['by'], string> = {
  buyer: 'bg-brand',
  seller: 'bg-info',
  operator: 'bg-warning',
  system: 'bg-muted',
}

export function DisputeTimeline({ dispute }: { dispute: Dispute }) {
  return (
    <ol aria-label="Timeline" className="grid gap-5 border-l-2 border-line pl-5">
      {dispute.timeline.map((event) => (
        <li key={event.id} className="relative min-w-0 text-sm">
          <span
            aria-hidden="true"
            className={cx(
              'absolute top-1.5 -left-[1.6rem] size-2.5 rounded-full ring-4 ring-canvas',
              DOTS[event.by],
            )}
          />
          <p className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="font-semibold">{headlineOf(event, dispute.side, dispute.dispute.code)}</span>
            <DateTime iso={event.at} className="text-xs text-muted" />
          </p>
          {event.text ? (
            <p className="mt-1 max-w-prose wrap-anywhere whitespace-pre-line">{event.text}</p>
          ) : null}
          {event.file ? <EvidenceFile orderId={dispute.id} file={event.file} /> : null}
          {event.usage ? <UsageSummary usage={event.usage} /> : null}
        </li>
      ))}
    </ol>
  )
}

function EvidenceFile({ orderId, file }: { orderId: string; file: NonNullable<DisputeEvent['file']> }) {
  return (
    <a
      href={`/api/purchases/${orderId}/dispute/files/${file.id}`}
      download
      className="mt-1.5 inline-flex max-w-full items-center gap-2 rounded-md border border-line bg-surface px-3 py-2 hover:bg-hover"
    >
      <DownloadIcon className="shrink-0 text-muted" />
      <span className="min-w-0 truncate font-medium">{file.name}</span>
      <span className="shrink-0 text-xs text-muted">{formatSize(file.sizeBytes)}</span>
    </a>
  )
}

/** What the buyer did with the package: in a line, and one by one for who wants to know. */
export function UsageSummary({ usage }: { usage: DisputeUsage }) {
  const { downloads, launches, items } = usage
  if (downloads + launches === 0) {
    return <p className="mt-1 text-muted">Never downloaded or launched since the purchase.</p>
  }
  return (
    <details className="mt-1">
      <summary className="min-h-6 cursor-pointer text-muted">
        {countOf(downloads, 'download')}, {launches === 1 ? '1 launch' : `${launches} launches`}
      </summary>
      <ul className="mt-2 grid max-w-sm gap-1 text-xs">
        {items.map(({ kind, version, at }) => (
          <li key={`${kind} ${at}`} className="flex justify-between gap-3">
            <span>
              {kind === 'download' ? 'Downloaded' : 'Launched'} <span className="font-mono">{version}</span>
            </span>
            <DateTime iso={at} className="text-muted" />
          </li>
        ))}
      </ul>
    </details>
  )
}
