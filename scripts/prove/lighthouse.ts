/**
 * `npm run prove:lighthouse`: judges home, search and a package page of `npm start` as Lighthouse does on a phone, and
 * ends with an error when one of them falls short. The score of a page is the median of its runs.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { z } from 'zod'
import { installApart } from '../../bench/apart.ts'
import { nextFreePort } from '../stack/ports.ts'
import { projectRoot } from '../stack/settings.ts'
import { CHROMIUM_FLAGS, ensureBrowser, WINDOW_FEATURES } from '../testing/browser.ts'

const PAGES = { home: '/', search: '/search?q=database', package: '/packages/house/code-review' }
/** In hundredths, as Lighthouse shows them. */
const GOALS = { performance: 95, accessibility: 100, 'best-practices': 95, seo: 100 } as const
/** The last such flag counts, so it repeats the launcher's. */
const DISABLED_FEATURES = [
  ...[
    'Translate',
    'OptimizationHints',
    'MediaRouter',
    'DialMediaRouteProvider',
    'InterestFeedContentSuggestions',
  ],
  ...['CertificateTransparencyComponentUpdater', 'AutofillServerCommunication', 'PrivacySandboxSettings4'],
  ...['RenderDocument', ...WINDOW_FEATURES],
]
const CHROME_FLAGS = [
  '--headless=new',
  ...CHROMIUM_FLAGS,
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
].join(' ')
const START_TIMEOUT_MS = 600_000
/** What has just started is still seeding, compiling and filling its caches. */
const SETTLE_MS = 20_000
/** Now and then Lighthouse loses the beginning of a page load, and asks to be run again. */
const ATTEMPTS = 3

type Category = keyof typeof GOALS
const CATEGORIES = Object.keys(GOALS) as Category[]

const reportSchema = z.object({
  runtimeError: z.object({ message: z.string() }).optional(),
  categories: z.record(
    z.string(),
    z.object({
      score: z.number().nullable(),
      auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })),
    }),
  ),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
})
type Report = z.infer<typeof reportSchema>

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } })
  const chrome = await ensureBrowser()
  const home = await installApart('lighthouse')
  const dir = await mkdtemp(join(tmpdir(), 'souk-lighthouse-'))
  const market = await startMarket(dir)
  await delay(SETTLE_MS)
  let isGood = true
  try {
    console.log(['page', ...CATEGORIES].map((text) => text.padEnd(16)).join(''))
    for (const [name, path] of Object.entries(PAGES)) {
      const reports: Report[] = []
      for (let run = 0; run < Number(values.runs); run += 1) {
        reports.push(await judgeAtLast({ home, dir, chrome, url: `${market.origin}${path}` }))
      }
      const scores = CATEGORIES.map((category) => median(reports.map((report) => scoreOf(report, category))))
      console.log([name, ...scores].map((text) => String(text).padEnd(16)).join(''))
      console.log(`  each run: ${reports.map((report) => scoreOf(report, 'performance')).join(', ')}`)
      for (const [index, category] of CATEGORIES.entries()) {
        if ((scores[index] ?? 0) >= GOALS[category]) continue
        isGood = false
        console.log(`  MISSED ${category}, goal ${GOALS[category]}:`)
        for (const fault of faultsOf(reports[0], category)) console.log(`    ${fault}`)
      }
    }
  } finally {
    await market.stop()
    await rm(dir, { recursive: true, force: true })
  }
  if (!isGood) process.exitCode = 1
}

/** `npm start` as a stranger runs it, on a port and a database of its own. */
async function startMarket(dir: string): Promise<{ origin: string; stop: () => Promise<void> }> {
  const port = String(await nextFreePort(0))
  const origin = `http://localhost:${port}`
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PORT: port, SITE_URL: origin, SOUK_DATA_DIR: join(dir, 'data') },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const answer = await fetch(`${origin}/packages/house/code-review`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.ok) return { origin, stop }
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error('The marketplace did not start.')
    }
    await delay(500)
  }
}

interface Judging {
  home: string
  dir: string
  chrome: string
  url: string
}

async function judgeAtLast(options: Judging): Promise<Report> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await judge(options).catch((error: unknown) => error)
    if (!(outcome instanceof Error)) return outcome as Report
    if (attempt === ATTEMPTS || !outcome.message.includes('run Lighthouse again')) throw outcome
  }
}

async function judge(options: Judging): Promise<Report> {
  const { home, dir, chrome, url } = options
  const output = join(dir, 'report.json')
  await promisify(execFile)(
    process.execPath,
    [
      join(home, 'node_modules', 'lighthouse', 'cli', 'index.js'),
      url,
      '--quiet',
      '--output=json',
      `--output-path=${output}`,
      `--only-categories=${CATEGORIES.join(',')}`,
      `--chrome-flags=${CHROME_FLAGS}`,
      '--no-enable-error-reporting',
    ],
    { env: { ...process.env, CHROME_PATH: chrome }, maxBuffer: 64 * 1024 ** 2 },
  )
  const report = reportSchema.parse(JSON.parse(await readFile(output, 'utf8')))
  if (report.runtimeError)
    throw new Error(`Lighthouse could not judge ${url}: ${report.runtimeError.message}`)
  return report
}

function scoreOf({ categories }: Report, category: Category): number {
  return Math.round(100 * (categories[category]?.score ?? 0))
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/** What cost the category its points. */
function faultsOf(report: Report | undefined, category: Category): string[] {
  const refs = report?.categories[category]?.auditRefs ?? []
  return refs
    .filter(({ weight }) => weight > 0)
    .flatMap(({ id }) => {
      const audit = report?.audits[id]
      if (!audit || audit.score === null || audit.score >= 0.95) return []
      return [`${audit.title} ${audit.displayValue ?? ''} (${id})`]
    })
}

await main()
