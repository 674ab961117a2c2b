/** What a store's status means for its seller. An open store needs no words. */
import { Alert } from '#components/ui/alert'
import type { SellerOverview } from '#lib/publishing/schemas'
import { lastReason } from './package-state.ts'
import { Reason, SubmitAgain, type SubmitAgainAction } from './submit-again.tsx'

export interface StoreNoticeProps {
  store: NonNullable<SellerOverview['store']>
  submitAction: SubmitAgainAction
}

export function StoreNotice({ store: { status, decisions }, submitAction }: StoreNoticeProps) {
  const reason = lastReason(decisions)
  switch (status) {
    case 'approved':
      return null
    case 'pending':
      return (
        <Alert tone="warning" title="Your store waits for approval" className="mb-6">
          An operator looks at every new store. You can claim namespaces and publish already; shoppers see
          your packages as soon as the store and each package are approved.
        </Alert>
      )
    case 'rejected':
      return (
        <Alert tone="danger" title="Your store was not approved" className="mb-6">
          <p>Shoppers see nothing of it. What the operator wrote:</p>
          <Reason reason={reason} />
          <SubmitAgain action={submitAction} subject={null} />
        </Alert>
      )
    case 'suspended':
      return (
        <Alert tone="danger" title="Your store is suspended" className="mb-6">
          <p>Its packages are off the shelf and nothing can be published. What the operator wrote:</p>
          <Reason reason={reason} />
        </Alert>
      )
  }
}
