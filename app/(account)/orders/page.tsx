/** Everything the person bought or got, newest first. */
import { OrderStatus } from '#components/commerce/order-status'
import { PageHeader } from '#components/shell/page-header'
import { Button, ButtonLink } from '#components/ui/button'
import { Day } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { Select } from '#components/ui/select'
import { PackageTile } from '#components/ui/tile'
import { listPurchasesEndpoint } from '#lib/commerce/endpoints'
import { listPurchases } from '#lib/commerce/list-purchases'
import { requireUser } from '#lib/identity/require-user'
import { formatPrice } from '#lib/kernel/money-text'
import type { Metadata } from 'next'
import Link from 'next/link'
import { readPage } from '../page-query.ts'

export const metadata: Metadata = { title: 'Orders' }

const FILTERS = [
  ['', 'All orders'],
  ['settled', 'Paid'],
  ['disputed', 'Problem reported'],
  ['refunded', 'Refunded'],
  ['upheld', 'Report decided for the seller'],
] as const

export default async function OrdersPage({ searchParams }: PageProps<'/orders'>) {
  const user = await requireUser('/orders')
  const asked = await searchParams
  const { query, page } = await readPage(listPurchasesEndpoint.query, asked, (valid) =>
    listPurchases(user, valid),
  )
  const next = new URLSearchParams({
    ...(query.status ? { status: query.status } : {}),
    cursor: page.meta.nextCursor ?? '',
  })
  return (
    <>
      <PageHeader
        title="Orders"
        actions={
          <form className="flex gap-2">
            <Select name="status" aria-label="Show" defaultValue={query.status ?? ''} className="w-56">
              {FILTERS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
            <Button type="submit" variant="secondary">
              Show
            </Button>
          </form>
        }
      />
      {page.items.length === 0 ? (
        <EmptyState
          title={query.status ? 'No such orders' : 'Nothing bought yet'}
          actions={<ButtonLink href="/search">Browse the market</ButtonLink>}
        >
          What you buy or get stands here with its receipt.
        </EmptyState>
      ) : (
        <ul
          aria-label="Orders"
          className="max-w-4xl divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-sm"
        >
          {page.items.map((order) => (
            <li
              key={order.id}
              className="group relative flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2.5 hover:bg-hover/60"
            >
              <PackageTile handle={order.handle} iconUrl={null} size="sm" />
              <div className="min-w-0 flex-1">
                <Link
                  href={`/orders/${order.id}`}
                  prefetch={false}
                  className="block truncate text-sm font-semibold outline-none group-hover:text-brand-ink after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
                >
                  {order.name}
                </Link>
                <p className="truncate text-xs text-faint">
                  {order.handle} · <Day iso={order.createdAt} />
                </p>
              </div>
              <OrderStatus order={order} />
              <span className="w-20 text-right text-sm font-medium tabular">{formatPrice(order.price)}</span>
            </li>
          ))}
        </ul>
      )}
      {page.meta.nextCursor ? (
        <nav aria-label="Pages" className="mt-5">
          <ButtonLink href={`/orders?${next.toString()}`} prefetch={false} rel="next" variant="secondary">
            Older
          </ButtonLink>
        </nav>
      ) : null}
    </>
  )
}
