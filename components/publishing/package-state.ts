/** Owns what a package's status means to its seller: one word, and why it is so. Pure. */
import type { BadgeTone } from '#components/ui/badge'
import type { SellerDecision, SellerOverview } from '#lib/publishing/schemas'

export type SellerPackage = SellerOverview['packages'][number]

export interface PackageState {
  label: string
  tone: BadgeTone
  /** One sentence: what shoppers see, and what happens next. */
  meaning: string
  isListed: boolean
}

export type PackageStanding = Pick<SellerPackage, 'status' | 'isAvailable' | 'storeStatus' | 'isOwn'>

export function packageState({ status, isAvailable, storeStatus, isOwn }: PackageStanding): PackageState {
  const hidden = (label: string, tone: BadgeTone, meaning: string) => ({
    label,
    tone,
    meaning,
    isListed: false,
  })
  if (status === 'rejected') {
    return hidden('Rejected', 'danger', 'An operator decided against it. Shoppers cannot see it.')
  }
  if (status === 'quarantined') {
    return hidden('Quarantined', 'danger', 'An operator took it off the shelf while it is being looked into.')
  }
  if (storeStatus === 'suspended') {
    return hidden('Store suspended', 'danger', 'Nothing of a suspended store is on the shelf.')
  }
  if (storeStatus === 'rejected') {
    return hidden('Store not approved', 'danger', 'Nothing is on the shelf before the store is approved.')
  }
  if (status === 'pending' || storeStatus === 'pending') {
    return hidden(
      'Pending',
      'warning',
      `It waits for an operator’s approval. Until then ${isOwn ? 'only you' : 'only those who look after it'} can see it.`,
    )
  }
  if (!isAvailable) {
    return hidden(
      'Unavailable',
      'neutral',
      isOwn ? 'You took it off the shelf. Only you can see it.' : 'Its store took it off the shelf.',
    )
  }
  return { label: 'Approved', tone: 'success', meaning: 'Shoppers find it and can get it.', isListed: true }
}

/** What was written with the last decision against the seller. */
export function lastReason(decisions: readonly SellerDecision[]): string {
  return decisions.find(({ action }) => action === 'reject' || action === 'quarantine')?.reason ?? ''
}
