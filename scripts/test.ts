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
import { run } from './testing/run.ts'

const HELP = `Usage: npm test [-- suite …]

Suites, all of them unless named: gates, unit, database, functions, browser.
Single files: npx vitest run FILE, npx playwright test FILE.`

/** What `npm run verify` checks besides the unit tests, which are a suite of their own here. */
const STATIC_CHECKS = ['format', 'lint', 'types', 'deps', 'dead-code']

type Suite = (reportDir: string) => Promise<Counts>

const SUITES: Record<string, Suite> = {
  gates: async () => {
    const code = await run('node', ['scripts/verify.ts', ...STATIC_CHECKS])
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  },
  unit: (reportDir) => vitest(reportDir, 'unit'),
  database: (reportDir) => vitest(reportDir, 'db'),
  functions: async (reportDir) => {
    const report = join(reportDir, 'functions.xml')
    for (const check of ['functions:types', 'functions:lint']) {
      if ((await run('npm', ['run', '--silent', check])) !== 0) return { passed: 0, failed: 1 }
    }
    const code = await run('npm', ['run', '--silent', 'functions:test', '--', `--junit-path=${report}`])
    return countDeno(await readReport(report), code)
  },
  browser: async (reportDir) => {
    const executable = await ensureBrowser()
    const report = join(reportDir, 'browser.json')
    const code = await run('npx', ['playwright', 'test', '--reporter=list,json'], {
      CHROMIUM_PATH: executable,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    })
    return countPlaywright(await readReport(report), code)
  },
}

async function vitest(reportDir: string, project: string): Promise<Counts> {
  const report = join(reportDir, `${project}.json`)
  const code = await run('npx', [
    'vitest',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return countVitest(await readReport(report), code)
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
  const total: Counts = { passed: 0, failed: 0 }
  try {
    for (const [name, suite] of Object.entries(SUITES)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue
      const startedAt = performance.now()
      console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}\n`)
      const { passed, failed } = await suite(reportDir)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      console.log(`\n${name}: ${passed} passed, ${failed} failed in ${seconds} s`)
      total.passed += passed
      total.failed += failed
    }
  } finally {
    await rm(reportDir, { recursive: true, force: true })
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  if (total.failed > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  console.log('\n0 passed, 1 failed')
  process.exitCode = 1
})
