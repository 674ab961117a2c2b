/** What the model of the ledger knows of each thing that steps made, and how it says what must come of a step. Only for tests. */
import { type Step, STORES } from './ledger-steps.ts'

export type Place = 'held' | 'payable' | 'disputed' | 'returned'
export interface Sale {
  step: number
  user: number
  store: number
  amount: number
  fee: number
  status: 'settled' | 'disputed' | 'refunded' | 'upheld'
  place: Place
}
export interface Hold {
  step: number
  user: number
  store: number
  amount: number
  remaining: number
  isOpen: boolean
}
export interface TopUp {
  step: number
  user: number
  amount: number
  reversed: number
  status: Sale['status']
}
export interface Payout {
  step: number
  store: number
  amount: number
  state: 'reserved' | 'paid' | 'failed'
}

/** What to ask of the ledger for a step, and what must come of it. */
export interface Expected {
  call: Step['do']
  user: number | null
  store: number | null
  /** The number of the step that made what this one is about. */
  ref: number | null
  amount: number
  fee: number
  flag: string
  outcome: 'done' | 'nothing' | 'refused'
  /** wallet, wallet_held, receivable, topup_disputed, seller_held, seller_payable, seller_disputed, payout_transit. */
  balances: number[]
}

export function expect(step: Step, parts: Partial<Expected>, isDone = true): Expected {
  const outcome = isDone ? 'done' : 'refused'
  const nothing = { user: null, store: null, ref: null, amount: 0, fee: 0, flag: '', balances: [] }
  return { call: step.do, ...nothing, ...parts, outcome }
}

export function about({ step, user: person, store: shop }: Hold | Sale) {
  return { ref: step, user: person, store: shop }
}

export function recent<T>(made: readonly T[], back: number): T | undefined {
  return made.at(-1 - (back % Math.max(1, made.length)))
}

export function add(balances: number[], index: number, change: number): void {
  balances[index] = (balances[index] ?? 0) + change
}

export function stores(): number[] {
  return Array.from({ length: STORES }, () => 0)
}
