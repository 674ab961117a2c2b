import { describe, expect, it } from 'vitest'
import { countDeno, countPlaywright, countVitest } from './reports.ts'

const vitestReport = (passed: number, failed: number, pending = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numFailedTestSuites: 0,
  })

describe('counting tests', () => {
  it('passes on what the runner reports', () => {
    expect(countVitest(vitestReport(5, 0), 0)).toEqual({ passed: 5, failed: 0 })
    expect(countDeno('<testsuites name="deno test" tests="9" failures="2" errors="0" time="1">', 1)).toEqual({
      passed: 7,
      failed: 2,
    })
  })
  it('counts a runner that failed without a failed test as one failure', () => {
    expect(countVitest(vitestReport(5, 0), 1)).toEqual({ passed: 5, failed: 1 })
  })
  it('counts a suite that ran nothing or left no report as failed', () => {
    expect(countVitest(vitestReport(0, 0), 0)).toEqual({ passed: 0, failed: 1 })
    expect(countVitest('', 0)).toEqual({ passed: 0, failed: 1 })
    expect(countPlaywright('not json', 0)).toEqual({ passed: 0, failed: 1 })
    expect(countDeno('', 0)).toEqual({ passed: 0, failed: 1 })
  })
  it('counts skipped tests as failed, and those that passed at the second try apart', () => {
    expect(countVitest(vitestReport(5, 0, 1), 0).failed).toBe(1)
    const report = JSON.stringify({ stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 1 } })
    expect(countPlaywright(report, 0)).toEqual({ passed: 4, failed: 1, flaky: 1 })
  })
})
