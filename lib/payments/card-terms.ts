import 'server-only'
import { hasStripe } from '#lib/platform/stripe'

/** Stripe takes no less in US dollars. */
export const CARD_MIN = 50
/** Nor more: eight digits. */
export const CARD_MAX = 99_999_999

/** Whether cards can be taken here at all, and why not. */
export function cardTerms(): { isAvailable: boolean; reason: string | null } {
  return hasStripe()
    ? { isAvailable: true, reason: null }
    : { isAvailable: false, reason: 'Card payments are not set up on this marketplace.' }
}
