/** One dispute as its seller sees it. */
import { DisputeView } from '#components/disputes/dispute-view'
import { SellerFrame } from '#components/publishing/seller-frame'
import { PackageTile } from '#components/ui/tile'
import { findDispute } from '#lib/disputes/get-dispute'
import { requireUser } from '#lib/identity/require-user'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import {
  decideAction,
  refundAction,
  speakAction,
  withdrawAction,
} from '../../../../(account)/orders/[id]/dispute/actions.ts'

export const metadata: Metadata = { title: 'Dispute' }

export default async function SellerDisputePage({ params }: PageProps<'/dashboard/disputes/[id]'>) {
  const { id } = await params
  const user = await requireUser(`/dashboard/disputes/${id}`)
  if (!z.uuid().safeParse(id).success) notFound()
  const [{ store }, dispute] = await Promise.all([getSellerOverview(user), findDispute(user, id)])
  if (dispute?.side !== 'seller') notFound()
  return (
    <SellerFrame
      currentHref="/dashboard/disputes"
      store={store}
      crumbs={[{ label: 'Disputes', href: '/dashboard/disputes' }, { label: dispute.name }]}
      picture={<PackageTile handle={dispute.handle} iconUrl={null} size="lg" />}
      title={dispute.name}
      description={`${dispute.buyer} reported a problem.`}
    >
      <DisputeView
        dispute={dispute}
        actions={{ speak: speakAction, withdraw: withdrawAction, refund: refundAction, decide: decideAction }}
      />
    </SellerFrame>
  )
}
