/** One dispute as operators judge it. */
import { DisputeView } from '#components/disputes/dispute-view'
import { OperatorFrame } from '#components/operator/operator-frame'
import { PackageTile } from '#components/ui/tile'
import { findDispute } from '#lib/disputes/get-dispute'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import {
  decideAction,
  refundAction,
  speakAction,
  withdrawAction,
} from '../../../../(account)/orders/[id]/dispute/actions.ts'
import { operatorTitle } from '../../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Dispute')
}

export default async function OperatorDisputePage({ params }: PageProps<'/operator/disputes/[id]'>) {
  const operator = await requireOperator()
  const { id } = await params
  if (!z.uuid().safeParse(id).success) notFound()
  const [counts, dispute] = await Promise.all([countCases(operator), findDispute(operator, id)])
  if (!dispute) notFound()
  return (
    <OperatorFrame
      currentHref="/operator/disputes"
      counts={counts}
      crumbs={[{ label: 'Disputes', href: '/operator/disputes' }, { label: dispute.name }]}
      picture={<PackageTile handle={dispute.handle} iconUrl={null} size="lg" />}
      title={dispute.name}
      description={`${dispute.buyer} and ${dispute.seller.name}`}
    >
      <DisputeView
        dispute={dispute}
        actions={{ speak: speakAction, withdraw: withdrawAction, refund: refundAction, decide: decideAction }}
      />
    </OperatorFrame>
  )
}
