/** The way to a report about an order: for its buyer to make one while there is time, for both sides to read one. */
import { buttonClass } from '#components/ui/button'
import type { OrderDetail } from '#lib/commerce/schemas'
import Link from 'next/link'
import { formatDay } from '../ui/date-time.tsx'

export function OrderDisputeLink({ order }: { order: OrderDetail }) {
  const { id, side, allows, disputableUntil, releaseAt, timeline } = order
  const wasDisputed = timeline.some((step) => step.status === 'disputed')
  if (!wasDisputed && !allows.dispute) return null
  const hrefs = {
    buyer: `/orders/${id}/dispute`,
    seller: `/dashboard/disputes/${id}`,
    operator: `/operator/disputes/${id}`,
  }
  return (
    <div data-slot="order-dispute-link" className="grid justify-items-start gap-1.5">
      <Link href={hrefs[side]} prefetch={false} className={buttonClass({ variant: 'secondary' })}>
        {wasDisputed ? 'See the report' : 'Report a problem'}
      </Link>
      {allows.dispute && disputableUntil !== null ? (
        <p className="text-xs text-muted">
          Until {formatDay(disputableUntil)}.{releaseAt === null ? '' : ' Then the seller is paid.'}
        </p>
      ) : null}
    </div>
  )
}
