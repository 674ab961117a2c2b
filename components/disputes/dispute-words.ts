/** How disputes are put into words, the same for both sides. */
import type { Dispute, DisputeCode, DisputeEvent, DisputeSide, DisputeState } from '#lib/disputes/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import { formatDay } from '#components/ui/date-time'
import type { BadgeTone } from '#components/ui/badge'

export const CODE_WORDS: Record<DisputeCode, string> = {
  not_working: 'It does not work',
  not_as_described: 'It is not what was described',
  not_accessible: 'It cannot be downloaded or started',
  by_mistake: 'It was bought by mistake',
  other: 'Something else',
}

export const STATE_WORDS: Record<DisputeState, { label: string; tone: BadgeTone }> = {
  awaiting_seller: { label: 'Waits for the seller', tone: 'warning' },
  awaiting_decision: { label: 'Waits for a decision', tone: 'info' },
  refunded: { label: 'Refunded', tone: 'success' },
  upheld: { label: 'The sale stands', tone: 'neutral' },
}

/** What happens next, or what came of it, for whoever reads it. */
export function outlookOf({ dispute, side, price }: Dispute): string {
  const money = formatMoney({ amount: price.amount, currency: 'CRD' })
  const due = dispute.dueAt === null ? '' : formatDay(dispute.dueAt)
  switch (dispute.state) {
    case 'awaiting_seller':
      if (side === 'seller') return `Answer by ${due}. If you stay silent, the buyer gets ${money} back.`
      return `The seller has until ${due} to answer. If they stay silent, ${side === 'buyer' ? 'you get' : 'the buyer gets'} ${money} back.`
    case 'awaiting_decision':
      if (side === 'operator') return `Decide by ${due}; after that the buyer gets ${money} back.`
      return `An operator reads both sides and decides by ${due}. Until then nobody has the money.`
    case 'refunded':
      return `${money} went back to ${side === 'buyer' ? 'your' : 'the buyer’s'} wallet.`
    case 'upheld':
      return side === 'buyer' ? 'The package stays yours.' : 'The seller keeps the money.'
  }
}

export function headlineOf({ kind, by }: DisputeEvent, side: DisputeSide, code: DisputeCode): string {
  const who = nameOf(by, side)
  switch (kind) {
    case 'opened':
      return `${who} reported a problem: ${CODE_WORDS[code].toLowerCase()}`
    case 'usage':
      return 'Access log attached'
    case 'answered':
      return `${who} answered`
    case 'statement':
      return `${who} wrote`
    case 'file':
      return `${who} added a file`
    case 'refunded':
      return by === 'system' ? 'Refunded by itself' : `${who} refunded it`
    case 'upheld':
      return by === 'buyer' ? `${who} withdrew the report` : `${who} decided: the sale stands`
  }
}

function nameOf(by: DisputeEvent['by'], side: DisputeSide): string {
  if (by === side) return 'You'
  return { buyer: 'The buyer', seller: 'The seller', operator: 'An operator', system: 'Souk' }[by]
}

/** Where each side follows a dispute. */
export function disputeHref(side: DisputeSide, id: string): string {
  if (side === 'buyer') return `/orders/${id}/dispute`
  return side === 'seller' ? `/dashboard/disputes/${id}` : `/operator/disputes/${id}`
}
