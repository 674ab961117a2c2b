import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { prepareLedgerRunner, runSteps } from '../../scripts/testing/ledger-runner.ts'
import { stepArbitrary } from '../../scripts/testing/ledger-steps.ts'

const STEPS = 1_100
const WORLDS_AT_ONCE = 4
/** LEDGER_SEED repeats a run; a failure prints the seed it had. LEDGER_RUNS makes it longer. */
const seed = process.env.LEDGER_SEED ? Number(process.env.LEDGER_SEED) : undefined
const runs = Number(process.env.LEDGER_RUNS ?? 4)
const options = { endOnFailure: true, ...(seed === undefined ? {} : { seed }) }
const steps = fc.array(stepArbitrary, { minLength: STEPS, maxLength: STEPS })

/**
 * After every random step the ledger is what a few numbers in memory say it is. 22,000 steps here; `npm run prove:ledger`
 * takes 110,000, which is minutes on a busy machine.
 */
describe('the ledger against its model', () => {
  let database: TestDatabase
  let sql: postgres.Sql
  let count = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    sql = postgres(database.adminUrl, { max: WORLDS_AT_ONCE, onnotice: () => undefined })
    await prepareLedgerRunner(sql)
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await database.drop()
  })

  it('agrees after every step, one after the other', async () => {
    const property = fc.asyncProperty(steps, async (world) => {
      count += await runSteps(sql, world)
    })
    await fc.assert(property, { ...options, numRuns: runs })
  }, 600_000)

  it('agrees after every step while others move money at the same time', async () => {
    const worlds = fc.array(steps, { minLength: WORLDS_AT_ONCE, maxLength: WORLDS_AT_ONCE })
    const property = fc.asyncProperty(worlds, async (all) => {
      const counts = await Promise.all(all.map((world) => runSteps(sql, world)))
      count += counts.reduce((sum, each) => sum + each, 0)
    })
    await fc.assert(property, { ...options, numRuns: runs })
  }, 600_000)

  it('has an unaltered history and balances that sum to zero at the end of them all', async () => {
    expect(await sql`select fault, subject from ledger.verify()`).toHaveLength(0)
    expect(
      await sql`select currency from ledger.accounts group by currency having sum(balance) <> 0`,
    ).toHaveLength(0)
    if (runs >= 20) expect(count).toBeGreaterThanOrEqual(100_000)
  })
})
