/** The way to say that something is wrong with a purchase, while its window is open; and to what became of that. */
import { buttonClass } from '#components/ui/button'
import type { OrderDetail } from '#lib/commerce/schemas'
import Link from 'next/link'
import { formatDay } from '../ui/date-time.tsx'

export function OrderDisputeLink({ order, now }: { order: OrderDetail; now: number }) {
  const { id, status, releaseAt, timeline } = order
  const wasDisputed = timeline.some((step) => step.status === 'disputed')
  const isOpen = status === 'settled' && releaseAt !== null && Date.parse(releaseAt) > now
  if (!wasDisputed && !isOpen) return null
  return (
    <div data-slot="order-dispute-link" className="grid justify-items-start gap-1.5">
      <Link href={`/orders/${id}/dispute`} prefetch={false} className={buttonClass({ variant: 'secondary' })}>
        {wasDisputed ? 'See the report' : 'Report a problem'}
      </Link>
      {isOpen && releaseAt !== null ? (
        <p className="text-xs text-muted">Until {formatDay(releaseAt)}. Then the seller is paid.</p>
      ) : null}
    </div>
  )
}
