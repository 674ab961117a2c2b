/** What the movements of a wallet are called where people read them. */
import type { WalletEntry } from '#lib/commerce/schemas'

type EntryKind = WalletEntry['kind']

export const ENTRY_WORDS: Record<EntryKind, string> = {
  top_up: 'Topped up by card',
  top_up_reversal: 'Refunded to the card',
  grant: 'Gift of the marketplace',
  purchase: 'Bought',
  hold: 'Set aside',
  hold_extension: 'Set more aside',
  capture: 'Charged',
  hold_release: 'No longer set aside',
  refund: 'Refunded',
  dispute_open: 'Card payment disputed',
  dispute_upheld: 'Card dispute decided',
}

/** What somebody looks for in a statement; each is one or several kinds. */
export const ENTRY_FILTERS: Record<string, { label: string; kinds: EntryKind[] }> = {
  purchases: { label: 'Purchases', kinds: ['purchase'] },
  refunds: { label: 'Refunds', kinds: ['refund'] },
  cards: {
    label: 'Cards and gifts',
    kinds: ['top_up', 'top_up_reversal', 'grant', 'dispute_open', 'dispute_upheld'],
  },
  budgets: { label: 'Budgets', kinds: ['hold', 'hold_extension', 'capture', 'hold_release'] },
}
