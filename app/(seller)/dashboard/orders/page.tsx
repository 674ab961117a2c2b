/** All orders of what somebody sells, with filters that the address holds. */
import { MorePages } from '#components/operator/list-controls'
import { type OrderFilter, SellerOrderFilter, SellerOrderTable } from '#components/money/seller-orders'
import { SellerFrame } from '#components/publishing/seller-frame'
import { EmptyState } from '#components/ui/empty-state'
import { listSellerOrders } from '#lib/commerce/list-seller-orders'
import { orderStatusSchema, type SellerOrderPage } from '#lib/commerce/schemas'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { Problem } from '#lib/kernel/problem'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { z } from 'zod'

export const metadata: Metadata = { title: 'Orders' }

const PATH = '/dashboard/orders'
const NOTHING: SellerOrderPage = { items: [], meta: { limit: 0, nextCursor: null } }
/** What does not fit is left out, so that a mistyped address still shows a list. */
const filterSchema = z.object({
  status: orderStatusSchema.optional().catch(undefined),
  handle: lookupHandleSchema.optional().catch(undefined),
  from: z.iso.date().optional().catch(undefined),
  until: z.iso.date().optional().catch(undefined),
})

export default async function SellerOrdersPage({ searchParams }: PageProps<'/dashboard/orders'>) {
  const user = await requireUser(PATH)
  const { cursor, ...params } = await searchParams
  const filter = filterSchema.parse(params)
  const [{ store }, { items, meta }] = await Promise.all([
    getSellerOverview(user),
    pageOf(user, filter, typeof cursor === 'string' ? cursor : undefined),
  ])
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <SellerFrame
      currentHref={PATH}
      store={store}
      title="Orders"
      description="Newest first, of your store and of the namespaces that you look after. What was paid by use is under Usage."
    >
      <SellerOrderFilter path={PATH} filter={filter} />
      {items.length === 0 ? (
        <EmptyState title={isFiltered ? 'No order fits' : 'No orders yet'}>
          {isFiltered
            ? 'Take a filter away to see more.'
            : 'When somebody buys or gets something of yours, it is here.'}
        </EmptyState>
      ) : (
        <SellerOrderTable orders={items} />
      )}
      <MorePages
        firstHref={cursor === undefined ? null : hrefOf(filter)}
        nextHref={meta.nextCursor === null ? null : hrefOf({ ...filter, cursor: meta.nextCursor })}
      />
    </SellerFrame>
  )
}

async function pageOf(user: UserActor, filter: OrderFilter, cursor?: string): Promise<SellerOrderPage> {
  const { from, until, ...rest } = filter
  try {
    return await listSellerOrders(user, {
      ...rest,
      limit: 25,
      ...(cursor === undefined ? {} : { cursor }),
      ...(from === undefined ? {} : { from: `${from}T00:00:00Z` }),
      ...(until === undefined ? {} : { until: dayAfter(until) }),
    })
  } catch (error) {
    if (error instanceof Problem && error.code === 'store_required') return NOTHING
    // A cursor that somebody mistyped.
    if (error instanceof Problem && error.code === 'bad_request') return await pageOf(user, filter)
    throw error
  }
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString()
}

function hrefOf(params: OrderFilter & { cursor?: string }): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined) as [string, string][]
  return given.length === 0 ? PATH : `${PATH}?${new URLSearchParams(given).toString()}`
}
