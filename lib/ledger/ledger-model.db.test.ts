import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import {
  newTown,
  prepareLedgerRunner,
  runAmongOthers,
  runSteps,
} from '../../scripts/testing/ledger-runner.ts'
import { stepArbitrary } from '../../scripts/testing/ledger-steps.ts'

const STEPS = 2_000
const AT_ONCE = 4
/** LEDGER_SEED repeats a run; a failure prints the seed it had. LEDGER_RUNS makes it longer or shorter. */
const seed = process.env.LEDGER_SEED ? Number(process.env.LEDGER_SEED) : undefined
const runs = Number(process.env.LEDGER_RUNS ?? 6)
const options = { numRuns: runs, endOnFailure: true, ...(seed === undefined ? {} : { seed }) }

/** Thousands of steps are not for reading: the seed brings them back, and the error names the one that went wrong. */
async function hold<Worlds>(worlds: fc.Arbitrary<Worlds>, check: (world: Worlds) => Promise<void>) {
  const { failed, seed: used, errorInstance } = await fc.check(fc.asyncProperty(worlds, check), options)
  if (failed) throw new Error(`LEDGER_SEED=${used}`, { cause: errorInstance })
}

const steps = fc.array(stepArbitrary, { minLength: STEPS, maxLength: STEPS })
const crowds = fc.array(steps, { minLength: AT_ONCE, maxLength: AT_ONCE })

/** After every random step the ledger is what a few numbers in memory say it is: more than 100,000 steps each time. */
describe('the ledger against its model', () => {
  let database: TestDatabase
  let sql: postgres.Sql
  let count = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    sql = postgres(database.adminUrl, { max: AT_ONCE, onnotice: () => undefined })
    await prepareLedgerRunner(sql)
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await database.drop()
  })

  it('agrees after every step, one after the other', async () => {
    await hold(steps, async (world) => {
      count += await runSteps(sql, world)
    })
  }, 600_000)

  it('agrees after every step while others move money at the same time', async () => {
    await hold(crowds, async (all) => {
      const counts = await Promise.all(all.map((world) => runSteps(sql, world)))
      count += counts.reduce((sum, each) => sum + each, 0)
    })
  }, 600_000)

  it('stays sound after every step while others move the same money', async () => {
    let again = 0
    await hold(crowds, async (all) => {
      const town = newTown()
      for (const told of await Promise.all(all.map((steps) => runAmongOthers(sql, town, steps)))) {
        count += told.count
        again += told.again
      }
    })
    // Locks are taken in one order, so hardly anything is ever torn out of another's arms.
    expect(again).toBeLessThanOrEqual(runs * AT_ONCE)
  }, 600_000)

  it('has an unaltered history and balances that sum to zero at the end of them all', async () => {
    expect([...(await sql`select fault, subject from ledger.verify()`)]).toEqual([])
    expect(
      await sql`select currency from ledger.accounts group by currency having sum(balance) <> 0`,
    ).toHaveLength(0)
    const [missed] = await sql`
      select count(*)::int as entries from ledger.entries e
      left join model.sums m on m.account_id = e.account_id and e.sequence <= m.sequence where m.account_id is null`
    expect(missed).toEqual({ entries: 0 })
    if (runs >= 6) expect(count).toBeGreaterThanOrEqual(100_000)
  })
})
