/**
 * Sends steps of the model to the real ledger, a thousand in one round trip. `ledger-harness.sql` carries them out and looks
 * after each of them: its new legs sum to zero, no account they touched is beyond what it may hold, its balance is the sum
 * of its entries so far, and its chain goes on from where it was. Only for tests.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type postgres from 'postgres'
import { projectRoot } from '../stack/settings.ts'
import type { Expected } from './ledger-expectations.ts'
import { LedgerModel } from './ledger-model.ts'
import { type Step, STORES, USERS } from './ledger-steps.ts'

export interface Town {
  world: string
  users: string[]
  stores: string[]
}

interface Told {
  outcome: string
  balances: number[] | null
  /** How often a deadlock made it ask again. */
  again: number
}

const STEPS_A_TRIP = 1_000

export async function prepareLedgerRunner(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(await readFile(join(projectRoot, 'scripts', 'testing', 'ledger-harness.sql'), 'utf8'))
}

/** People and stores that nobody else knows. */
export function newTown(): Town {
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID())
  return { world: randomUUID(), users: ids(USERS), stores: ids(STORES) }
}

async function send(sql: postgres.Sql, town: Town, steps: readonly object[]): Promise<Told[]> {
  const { world, users, stores } = town
  const [row] = await sql<{ told: Told[] }[]>`
    call model.run(${world}, ${JSON.stringify(steps)}::text::jsonb, ${users}::uuid[], ${stores}::uuid[], null)`
  return row?.told ?? []
}

/** In a town of its own. Throws at the first step that is not as the model says. */
export async function runSteps(sql: postgres.Sql, steps: readonly Step[]): Promise<number> {
  const town = newTown()
  const model = new LedgerModel()
  const expected: Expected[] = []
  for (const step of steps) {
    const next = model.apply(step)
    if (next) expected.push(next)
  }
  for (let first = 0; first < expected.length; first += STEPS_A_TRIP) {
    const batch = expected.slice(first, first + STEPS_A_TRIP)
    const told = await send(
      sql,
      town,
      batch.map((wanted, index) => ({ ...wanted, step: first + index })),
    )
    batch.forEach((wanted, index) => {
      const { outcome, balances } = told[index] ?? {}
      if (JSON.stringify([outcome, balances]) !== JSON.stringify([wanted.outcome, wanted.balances])) {
        throw new Error(
          `Step ${first + index}, ${JSON.stringify(wanted)}: the ledger says ${JSON.stringify(told[index])}`,
        )
      }
    })
  }
  return expected.length
}

const MAKES: Partial<Record<Step['do'], string>> = {
  ...{ purchase: 'sale', charge: 'sale', hold: 'hold', topUp: 'topUp', reserve: 'payout' },
}
const ABOUT: Partial<Record<Step['do'], string>> = {
  ...{ extend: 'hold', charge: 'hold', close: 'hold', refund: 'sale', dispute: 'sale', resolve: 'sale' },
  ...{ reverseTopUp: 'topUp', disputeTopUp: 'topUp', resolveTopUp: 'topUp', finish: 'payout' },
}

/**
 * In a town where others move the same people's money at the same time, about what anybody made. What comes of a step is
 * anybody's guess; that the ledger stays sound is not. Answers the steps taken and how often a deadlock made one ask again.
 */
export async function runAmongOthers(sql: postgres.Sql, town: Town, steps: readonly Step[]) {
  let again = 0
  for (let first = 0; first < steps.length; first += STEPS_A_TRIP) {
    const batch = steps.slice(first, first + STEPS_A_TRIP).map((step) => ({
      ...step,
      call: step.do,
      makes: MAKES[step.do] ?? null,
      about: ABOUT[step.do] ?? null,
      back: 'of' in step ? step.of : 0,
      flag: flagOf(step),
    }))
    const told = await send(sql, town, batch)
    told.forEach(({ outcome, again: times }, index) => {
      again += times
      if (!['done', 'refused', 'nothing'].includes(outcome)) {
        throw new Error(`${JSON.stringify(batch[index])} among others: ${outcome}`)
      }
    })
  }
  return { count: steps.length, again }
}

function flagOf(step: Step): string {
  if ('outcome' in step) return step.outcome
  if (step.do === 'charge') return step.isFinal ? 'final' : ''
  return step.do === 'stripeFee' && step.isBack ? 'back' : ''
}
