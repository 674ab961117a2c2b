/** Random movements of money between a few people and stores, for the model of the ledger. Only for tests. */
import fc from 'fast-check'

export type Step =
  | { do: 'topUp'; user: number; amount: number }
  | { do: 'purchase'; user: number; store: number; amount: number; fee: number }
  | { do: 'hold'; user: number; store: number; amount: number }
  | { do: 'extend'; of: number; amount: number }
  | { do: 'charge'; of: number; amount: number; fee: number; isFinal: boolean }
  | { do: 'close'; of: number }
  | { do: 'refund'; of: number }
  | { do: 'dispute'; of: number }
  | { do: 'resolve'; of: number; outcome: 'refunded' | 'upheld' }
  | { do: 'reserve'; store: number }
  | { do: 'finish'; of: number; outcome: 'paid' | 'failed' }

export const USERS = 6
export const STORES = 3

const user = fc.nat(USERS - 1)
const store = fc.nat(STORES - 1)
const amount = fc.integer({ min: 1, max: 400 })
/** Which of what was made before: counted back from the newest, mostly near. */
const of = fc.oneof({ weight: 4, arbitrary: fc.nat(5) }, fc.nat(60))

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('topUp' as const), user, amount }) },
  {
    weight: 6,
    arbitrary: fc
      .record({ do: fc.constant('purchase' as const), user, store, amount, share: fc.nat(10) })
      .map(({ share, ...rest }) => ({ ...rest, fee: Math.floor((rest.amount * share) / 10) })),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hold' as const), user, store, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('extend' as const), of, amount }) },
  {
    weight: 3,
    arbitrary: fc
      .record({ do: fc.constant('charge' as const), of, amount, share: fc.nat(10), isFinal: fc.boolean() })
      .map(({ share, ...rest }) => ({ ...rest, fee: Math.floor((rest.amount * share) / 10) })),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), of }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refund' as const), of }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('dispute' as const), of }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      of,
      outcome: fc.constantFrom('refunded' as const, 'upheld' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reserve' as const), store }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      of,
      outcome: fc.constantFrom('paid' as const, 'failed' as const),
    }),
  },
)
