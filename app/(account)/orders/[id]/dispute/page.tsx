/** A buyer's way to say that something is wrong with a purchase, and to follow what becomes of it. */
import { DisputeView } from '#components/disputes/dispute-view'
import { OpenDisputeForm } from '#components/disputes/open-dispute-form'
import { PageHeader } from '#components/shell/page-header'
import { Card, CardBody } from '#components/ui/card'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { formatDay } from '#components/ui/date-time'
import { getPurchase } from '#lib/commerce/get-purchase'
import type { OrderDetail } from '#lib/commerce/schemas'
import { findDispute } from '#lib/disputes/get-dispute'
import { requireUser } from '#lib/identity/require-user'
import { formatMoney } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import type { UserActor } from '#lib/kernel/actor'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { decideAction, openDisputeAction, refundAction, speakAction, withdrawAction } from './actions.ts'

export const metadata: Metadata = { title: 'Report a problem' }

export default async function OrderDisputePage({ params }: PageProps<'/orders/[id]/dispute'>) {
  const { id } = await params
  const user = await requireUser(`/orders/${id}/dispute`)
  if (!z.uuid().safeParse(id).success) notFound()
  const [order, dispute] = await Promise.all([orderOf(user, id), findDispute(user, id)])
  const crumbs = [
    { label: 'Souk', href: '/' },
    { label: 'Orders', href: '/orders' },
    { label: order.name, href: `/orders/${id}` },
    { label: dispute ? 'Report' : 'Report a problem' },
  ]
  if (dispute) {
    return (
      <>
        <PageHeader title={`Problem with ${order.name}`} crumbs={crumbs} />
        <div className="pb-12">
          <DisputeView
            dispute={dispute}
            actions={{
              speak: speakAction,
              withdraw: withdrawAction,
              refund: refundAction,
              decide: decideAction,
            }}
          />
        </div>
      </>
    )
  }
  const refusal = refusalOf(order)
  return (
    <>
      <PageHeader title="Report a problem" description={`With ${order.name}`} crumbs={crumbs} />
      <div className="max-w-2xl pb-12">
        {refusal ? (
          <EmptyState
            title={refusal}
            actions={
              <ButtonLink href={`/orders/${id}`} prefetch={false}>
                Back to the order
              </ButtonLink>
            }
          />
        ) : (
          <>
            <p className="mb-5 max-w-prose text-sm text-muted">
              The seller gets seven days to answer and we set their share of {formatMoney(order.paidWith)}{' '}
              aside. Then an operator decides; if the seller or the operators stay silent, your credits come
              back by themselves.
            </p>
            <Card>
              <CardBody>
                <OpenDisputeForm id={id} action={openDisputeAction} />
              </CardBody>
            </Card>
          </>
        )}
      </div>
    </>
  )
}

/** Why there is nothing to report; the last word is the database's. */
function refusalOf({ side, status, paidWith, disputableUntil, allows }: OrderDetail): string | null {
  if (side !== 'buyer') return 'Only the buyer reports a problem'
  if (paidWith.amount === 0) return 'It was free: there is nothing to give back'
  if (status !== 'settled') return 'This order was refunded'
  if (allows.dispute || disputableUntil === null) return null
  return `A problem could be reported until ${formatDay(disputableUntil)}`
}

async function orderOf(user: UserActor, id: string): Promise<OrderDetail> {
  try {
    return await getPurchase(user, id)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') notFound()
    throw error
  }
}
