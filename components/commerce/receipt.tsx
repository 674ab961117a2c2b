/** The receipt of one order: what, from whom, for how much, paid how, and what became of it. Prints on one page. */
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { DateTime } from '#components/ui/date-time'
import type { OrderDetail } from '#lib/commerce/schemas'
import { formatMoney, formatPrice } from '#lib/kernel/money-text'
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'
import { ORDER_WORDS, OrderStatus } from './order-status.tsx'

const WHO = { buyer: 'the buyer', seller: 'the seller', operator: 'an operator', system: 'the marketplace' }

export function Receipt({ order }: { order: OrderDetail }) {
  const { id, handle, name, version, price, paidWith, buyer, seller, createdAt, transactionId } = order
  const facts: [string, React.ReactNode][] = [
    ['Order', <Code key="order">{id}</Code>],
    ['Date', <DateTime key="date" iso={createdAt} />],
    ['Buyer', buyer],
    ['Seller', seller.name],
    ['Paid with', paidWith.amount === 0 ? 'Nothing to pay' : `${formatMoney(paidWith)} of the wallet`],
    ['Transaction', <Code key="transaction">{transactionId}</Code>],
  ]
  return (
    <Card data-slot="receipt">
      <CardHeader>
        <CardTitle>Receipt</CardTitle>
        <OrderStatus order={order} />
      </CardHeader>
      <CardBody className="grid gap-5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <div className="min-w-0">
            <p className="font-semibold">
              <Link href={packageHref(handle)} prefetch={false} className="hover:underline">
                {name}
              </Link>
            </p>
            <p className="text-sm wrap-anywhere text-muted">
              {handle} · version {version} and all that follow
            </p>
          </div>
          <p className="font-display text-2xl font-semibold tabular">{formatPrice(price)}</p>
        </div>
        <dl className="grid gap-x-6 gap-y-2 border-t border-line pt-4 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
          {facts.map(([term, fact]) => (
            <div key={term} className="contents">
              <dt className="text-muted max-sm:-mb-1.5 max-sm:text-xs">{term}</dt>
              <dd className="wrap-anywhere">{fact}</dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  )
}

export function OrderTimeline({ order }: { order: OrderDetail }) {
  if (order.timeline.length < 2) return null
  return (
    <section aria-labelledby="timeline-heading">
      <h2 id="timeline-heading" className="mb-2 font-display text-lg font-semibold">
        What became of it
      </h2>
      <ol className="grid gap-3 border-l-2 border-line pl-4 text-sm">
        {order.timeline.map(({ status, at, by, reason }) => (
          <li key={`${status} ${at}`}>
            <p className="font-medium">
              {ORDER_WORDS[status]} <span className="font-normal text-muted">by {WHO[by]}</span>
            </p>
            {reason ? <p className="wrap-anywhere whitespace-pre-line">{reason}</p> : null}
            <DateTime iso={at} className="text-xs text-muted" />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-xs">{children}</code>
}
