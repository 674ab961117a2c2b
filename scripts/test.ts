/**
 * `npm test`: everything, from a clean checkout. Static gates, unit, database, edge-function and browser tests, one
 * after the other (two cores), and one closing line with what ran. A suite that ran no test has failed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBrowser } from './testing/browser.ts'
import { type Counts, countPlaywright, countVitest, countDeno } from './testing/reports.ts'
import { type Ran, run } from './testing/run.ts'

const HELP = `Usage: npm test [-- suite …]

Suites, all of them unless named: gates, unit, database, functions, browser.
Single files: npx vitest run FILE, npx playwright test FILE.`

/** What `npm run verify` checks besides the unit tests, which are a suite of their own here. */
const STATIC_CHECKS = ['format', 'lint', 'types', 'deps', 'dead-code']

type Outcome = Counts & {
  /** The end of what the runner printed; empty when nothing failed. */
  ending: string
}
type Suite = (reportDir: string) => Promise<Outcome>

const SUITES: Record<string, Suite> = {
  gates: async () => {
    const ran = await run('node', ['scripts/verify.ts', ...STATIC_CHECKS])
    return outcome(ran.code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, ran)
  },
  unit: (reportDir) => vitest(reportDir, 'unit'),
  database: (reportDir) => vitest(reportDir, 'db'),
  functions: async (reportDir) => {
    const report = join(reportDir, 'functions.xml')
    for (const check of ['functions:types', 'functions:lint']) {
      const checked = await run('npm', ['run', '--silent', check])
      if (checked.code !== 0) return outcome({ passed: 0, failed: 1 }, checked)
    }
    const ran = await run('npm', ['run', '--silent', 'functions:test', '--', `--junit-path=${report}`])
    return outcome(countDeno(await readReport(report), ran.code), ran)
  },
  browser: async (reportDir) => {
    const executable = await ensureBrowser()
    const report = join(reportDir, 'browser.json')
    const ran = await run('npx', ['playwright', 'test', '--reporter=list,json'], {
      CHROMIUM_PATH: executable,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    })
    return outcome(countPlaywright(await readReport(report), ran.code), ran)
  },
}

async function vitest(reportDir: string, project: string): Promise<Outcome> {
  const report = join(reportDir, `${project}.json`)
  const ran = await run('npx', [
    'vitest',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return outcome(countVitest(await readReport(report), ran.code), ran)
}

function outcome(counts: Counts, { ending }: Ran): Outcome {
  return { ...counts, ending: counts.failed > 0 ? ending : '' }
}

async function readReport(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const unknown = positionals.filter((name) => !Object.hasOwn(SUITES, name))
  if (unknown.length > 0) throw new Error(`No such suite: ${unknown.join(', ')}\n\n${HELP}`)
  const reportDir = await mkdtemp(join(tmpdir(), 'souk-reports-'))
  const total = { passed: 0, failed: 0, flaky: 0 } satisfies Counts
  const endings: string[] = []
  try {
    for (const [name, suite] of Object.entries(SUITES)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue
      const startedAt = performance.now()
      console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}\n`)
      const { passed, failed, flaky = 0, ending } = await suite(reportDir)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      console.log(`\n${name}: ${passed} passed, ${failed} failed in ${seconds} s`)
      total.passed += passed
      total.failed += failed
      total.flaky += flaky
      if (failed > 0) endings.push(`\n── what ${name} printed last ──\n\n${ending.trim()}`)
    }
  } finally {
    await rm(reportDir, { recursive: true, force: true })
  }
  for (const ending of endings) console.log(ending)
  if (total.flaky > 0) console.log(`\n${total.flaky} passed only when tried again: see "flaky" above`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  if (total.failed > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  console.log('\n0 passed, 1 failed')
  process.exitCode = 1
})
