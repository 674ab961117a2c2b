/** One order, for its buyer, its seller and operators: the receipt, what became of it, and what can be done. */
import { OrderDisputeLink } from '#components/commerce/order-dispute-link'
import { PrintButton } from '#components/commerce/print-button'
import { OrderTimeline, Receipt } from '#components/commerce/receipt'
import { RefundForm } from '#components/commerce/refund-form'
import { PageHeader } from '#components/shell/page-header'
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import { getPurchase } from '#lib/commerce/get-purchase'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { packageHref } from '../../../../components/catalog/search-href.ts'

export const metadata: Metadata = { title: 'Receipt' }

export default async function OrderPage({ params, searchParams }: PageProps<'/orders/[id]'>) {
  const { id } = await params
  const user = await requireUser(`/orders/${id}`)
  const [order, { bought }] = await Promise.all([readOrder(user, id), searchParams])
  return (
    <>
      <PageHeader
        title={order.name}
        crumbs={[{ label: 'Souk', href: '/' }, { label: 'Orders', href: '/orders' }, { label: order.name }]}
        actions={<PrintButton />}
        className="print:hidden"
      />
      <div className="grid max-w-3xl gap-6">
        {bought === '1' && order.status === 'settled' ? (
          <Alert tone="success" title="It is yours" className="print:hidden">
            {order.name} is in your library.
            <span className="mt-2.5 flex flex-wrap gap-2">
              <ButtonLink href={packageHref(order.handle)} prefetch={false} size="sm">
                Download it
              </ButtonLink>
              <ButtonLink href="/library" prefetch={false} size="sm" variant="secondary">
                Your library
              </ButtonLink>
            </span>
          </Alert>
        ) : null}
        <Receipt order={order} />
        <OrderTimeline order={order} />
        <div className="flex flex-wrap items-start gap-3 print:hidden">
          <OrderDisputeLink order={order} />
          {order.allows.refund ? <RefundForm order={order} /> : null}
        </div>
      </div>
    </>
  )
}

async function readOrder(user: UserActor, id: string) {
  if (!z.uuid().safeParse(id).success) notFound()
  try {
    return await getPurchase(user, id)
  } catch (error) {
    if (error instanceof Problem && error.status === 404) notFound()
    throw error
  }
}
