/** What became of an order, in a word. */
import { Badge } from '#components/ui/badge'
import type { Order } from '#lib/commerce/schemas'

export const ORDER_WORDS: Record<Order['status'], string> = {
  settled: 'Paid',
  disputed: 'Problem reported',
  refunded: 'Refunded',
  upheld: 'Paid, report decided',
}

const TONES = { settled: 'success', disputed: 'warning', refunded: 'neutral', upheld: 'success' } as const

export function OrderStatus({ order }: { order: Pick<Order, 'status' | 'price'> }) {
  const isFree = order.price.amount === 0 && order.status === 'settled'
  return <Badge tone={TONES[order.status]}>{isFree ? 'Got' : ORDER_WORDS[order.status]}</Badge>
}
