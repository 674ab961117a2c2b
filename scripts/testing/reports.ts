/**
 * Counts tests from what the runners report. A runner that failed, or ran nothing, counts as at least one failure,
 * so that no suite passes by not running.
 */
import { z } from 'zod'

export interface Counts {
  passed: number
  failed: number
  /** Of those that passed, how many only when tried again. */
  flaky?: number
}

const vitestSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
})
const playwrightSchema = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
})

export function countVitest(report: string, exitCode: number): Counts {
  const parsed = vitestSchema.safeParse(parseJson(report))
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests } = parsed.data
  return settle({ passed: numPassedTests, failed: numFailedTests + numPendingTests }, exitCode)
}

/** A flaky test failed, and passed when it was run again: it is counted apart, so that somebody looks at it. */
export function countPlaywright(report: string, exitCode: number): Counts {
  const parsed = playwrightSchema.safeParse(parseJson(report))
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky, skipped } = parsed.data.stats
  return { ...settle({ passed: expected + flaky, failed: unexpected + skipped }, exitCode), flaky }
}

/** Reads the totals of a JUnit report: `<testsuites tests="9" failures="0" errors="0">`. */
export function countDeno(report: string, exitCode: number): Counts {
  const [head = ''] = /<testsuites[^>]*>/.exec(report) ?? []
  const total = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const failed = total('failures') + total('errors')
  return settle({ passed: total('tests') - failed, failed }, exitCode)
}

function settle({ passed, failed }: Counts, exitCode: number): Counts {
  const isBroken = failed === 0 && (exitCode !== 0 || passed === 0)
  return { passed, failed: isBroken ? 1 : failed }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
