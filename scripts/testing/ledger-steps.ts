/** Random movements of money between a few people and stores, for the model of the ledger. Only for tests. */
import fc from 'fast-check'

/** One kind of step for each of the names, so that a name alone tells them apart. */
type Each<Name extends string, Rest> = Name extends string ? { do: Name } & Rest : never

export type Step =
  | Each<'topUp' | 'grant', { user: number; amount: number }>
  | Each<'stripeFee', { amount: number; isBack: boolean }>
  | Each<'purchase', { user: number; store: number; amount: number; fee: number }>
  | Each<'hold', { user: number; store: number; amount: number }>
  | Each<'extend' | 'reverseTopUp', { of: number; amount: number }>
  | Each<'charge', { of: number; amount: number; fee: number; isFinal: boolean }>
  | Each<'close' | 'refund' | 'dispute' | 'disputeTopUp', { of: number }>
  | Each<'resolve' | 'resolveTopUp', { of: number; outcome: 'refunded' | 'upheld' }>
  | Each<'expire', { user: number }>
  | Each<'release' | 'reserve', { store: number }>
  | Each<'finish', { of: number; outcome: 'paid' | 'failed' }>

export const USERS = 6
export const STORES = 3

const user = fc.nat(USERS - 1)
const store = fc.nat(STORES - 1)
const amount = fc.integer({ min: 1, max: 400 })
/** Which of what was made before: counted back from the newest, mostly near. */
const of = fc.oneof({ weight: 4, arbitrary: fc.nat(5) }, fc.nat(60))
const decision = fc.constantFrom('refunded' as const, 'upheld' as const)

function step<Name extends Step['do'], Rest extends object>(
  weight: number,
  name: Name,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) {
  return { weight, arbitrary: fc.record<Rest>(rest).map((parts) => ({ do: name, ...parts })) }
}

/** A fee of so many tenths. */
function withFee<Parts extends { amount: number; share: number }>({ share, ...rest }: Parts) {
  return { ...rest, fee: Math.floor((rest.amount * share) / 10) }
}

const purchase = step(6, 'purchase', { user, store, amount, share: fc.nat(10) })
const charge = step(3, 'charge', { of, amount, share: fc.nat(10), isFinal: fc.boolean() })

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  step(3, 'topUp', { user, amount }),
  step(1, 'grant', { user, amount }),
  step(1, 'stripeFee', { amount, isBack: fc.boolean() }),
  { ...purchase, arbitrary: purchase.arbitrary.map(withFee) },
  step(3, 'hold', { user, store, amount }),
  step(1, 'extend', { of, amount }),
  { ...charge, arbitrary: charge.arbitrary.map(withFee) },
  step(1, 'close', { of }),
  step(1, 'expire', { user }),
  step(1, 'release', { store }),
  step(2, 'refund', { of }),
  step(2, 'dispute', { of }),
  step(2, 'resolve', { of, outcome: decision }),
  step(1, 'reverseTopUp', { of, amount }),
  step(1, 'disputeTopUp', { of }),
  step(1, 'resolveTopUp', { of, outcome: decision }),
  step(1, 'reserve', { store }),
  step(1, 'finish', { of, outcome: fc.constantFrom('paid' as const, 'failed' as const) }),
)
