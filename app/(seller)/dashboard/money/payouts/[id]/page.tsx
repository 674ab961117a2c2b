/** One payout, line by line. */
import { PayoutLines, PayoutState } from '#components/money/payout-list'
import { SellerFrame } from '#components/publishing/seller-frame'
import { Alert } from '#components/ui/alert'
import { DateTime, formatDay } from '#components/ui/date-time'
import { requireUser } from '#lib/identity/require-user'
import { formatMoney } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import type { UserActor } from '#lib/kernel/actor'
import { getPayout } from '#lib/payments/list-payouts'
import type { PayoutDetail } from '#lib/payments/schemas'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'

export const metadata: Metadata = { title: 'Payout' }

export default async function PayoutPage({ params }: PageProps<'/dashboard/money/payouts/[id]'>) {
  const { id } = await params
  const user = await requireUser(`/dashboard/money/payouts/${id}`)
  if (!z.uuid().safeParse(id).success) notFound()
  const [{ store }, payout] = await Promise.all([getSellerOverview(user), payoutOf(user, id)])
  return (
    <SellerFrame
      currentHref="/dashboard/money"
      store={store}
      crumbs={[{ label: 'Money', href: '/dashboard/money' }, { label: formatDay(payout.createdAt) }]}
      title={formatMoney(payout.amount)}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <PayoutState state={payout.state} />
          <DateTime iso={payout.finishedAt ?? payout.createdAt} className="text-sm" />
          {payout.transferId ? <code className="font-mono text-xs">{payout.transferId}</code> : null}
        </span>
      }
    >
      {payout.failure === null ? null : (
        <Alert tone="danger" className="mb-5" title="It did not arrive">
          {payout.failure} The money is payable again.
        </Alert>
      )}
      <PayoutLines payout={payout} />
    </SellerFrame>
  )
}

async function payoutOf(user: UserActor, id: string): Promise<PayoutDetail> {
  try {
    return await getPayout(user, id)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') notFound()
    throw error
  }
}
