/** What an operator decided against a package, in their words, and what its seller can do about it. */
import { Alert } from '#components/ui/alert'
import type { SellerDecision } from '#lib/publishing/schemas'
import { lastReason, type SellerPackage } from './package-state.ts'
import { Reason, SubmitAgain, type SubmitAgainAction } from './submit-again.tsx'

export interface PackageVerdictProps {
  handle: string
  status: SellerPackage['status']
  decisions: SellerDecision[]
  /** Approval is between the store and the operators: only the store hands in again. */
  isOwn: boolean
  submitAction: SubmitAgainAction
}

export function PackageVerdict({ handle, status, decisions, isOwn, submitAction }: PackageVerdictProps) {
  if (status === 'rejected') {
    return (
      <Alert tone="danger" title="It was not approved" className="mb-6">
        <Reason reason={lastReason(decisions)} />
        <p className="mt-3">
          {isOwn
            ? 'Publish a version that answers this, if one is needed, and then hand the package in again.'
            : 'Publish a version that answers this, if one is needed. The owner of the store then hands the package in again.'}
        </p>
        {isOwn ? <SubmitAgain action={submitAction} subject={handle} /> : null}
      </Alert>
    )
  }
  if (status === 'quarantined') {
    return (
      <Alert tone="danger" title="It is in quarantine" className="mb-6">
        <p>
          Nobody but {isOwn ? 'you' : 'those who look after it'} and the operators can see it or get it. What
          the operator wrote:
        </p>
        <Reason reason={lastReason(decisions)} />
      </Alert>
    )
  }
  return null
}
