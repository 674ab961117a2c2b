import 'server-only'
import { hasStripe } from '#lib/platform/stripe'

/** Stripe takes no less in US dollars. */
export const CARD_MIN = 50

/** Whether cards can be taken here at all, and why not. */
export function cardTerms(): { isAvailable: boolean; reason: string | null } {
  return hasStripe()
    ? { isAvailable: true, reason: null }
    : { isAvailable: false, reason: 'Card payments are not set up on this marketplace.' }
}
