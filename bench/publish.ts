/**
 * `npm run bench:publish`: publishes and downloads by 1 and 8 clients, here and in a Verdaccio beside it that does the
 * same work in the same run: request bodies of the same size, a token checked with each publish, downloads of public
 * versions without one. A constant route is the ceiling for downloads. Prints a table with ratios and stops everything it started.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { httpClient } from './http-client.ts'
import { measure, type Measurement } from './measure.ts'
import { startSouk } from './publish-souk.ts'
import { recordRun } from './record-run.ts'
import { startVerdaccio } from './verdaccio-server.ts'
import { type PublishTarget, soukTarget, verdaccioTarget } from './publish-targets.ts'

const HELP = `Usage: npm run bench:publish -- [options]

  --seconds S    how long each measurement lasts (5)
  --bytes N      size of a published document (4096)
  --readme       fill it with a readme, which search indexes, rather than with the prompt
  --help         this text`

const HOT_PACKAGES = 8

interface Line extends Measurement {
  what: string
  who: string
}

const undo: (() => unknown)[] = []

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      bytes: { type: 'string', default: '4096' },
      readme: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const seconds = Number(values.seconds)
  const payload = { sizeBytes: Number(values.bytes), isReadme: values.readme }
  const dir = await mkdtemp(join(tmpdir(), 'souk-bench-publish-'))
  // A server that has just ended may still be putting its files away.
  undo.push(() => rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
  await mkdir(join(dir, 'verdaccio'))
  await mkdir(join(dir, 'souk'))
  const verdaccio = await startVerdaccio(join(dir, 'verdaccio'))
  undo.push(verdaccio.stop)
  const souk = await startSouk(join(dir, 'souk'), undo)
  const client = httpClient()
  undo.push(client.close)
  const targets = [soukTarget(souk, client, payload), verdaccioTarget(verdaccio, client, payload)]
  const lines = await measureAll(targets, seconds, async () => {
    const { status } = await client.send(`${souk.origin}/api/health`)
    return status === 200
  })
  const ratios = ratiosOf(lines)
  for (const [name, ratio] of Object.entries(ratios)) console.log(`${name.padEnd(64)} ${ratio.toFixed(2)}`)
  await recordRun('publish', { ...payload, seconds, lines, ratios })
}

async function measureAll(
  targets: readonly PublishTarget[],
  seconds: number,
  constant: () => Promise<boolean>,
): Promise<Line[]> {
  const lines: Line[] = []
  const run = async (
    what: string,
    who: string,
    clients: number,
    send: (index: number) => Promise<boolean>,
  ) => {
    await measure({ clients, seconds: Math.min(1, seconds / 4), send })
    const line = { what, who, ...(await measure({ clients, seconds, send })) }
    lines.push(line)
    console.log(format(line))
  }
  console.log(heading())
  for (const target of targets) await target.prepare(HOT_PACKAGES)
  for (const clients of [1, 8]) {
    for (const { who, publishNew } of targets) await run('publish a new package', who, clients, publishNew)
    for (const { who, publishNext } of targets)
      await run('publish the next version', who, clients, publishNext)
    for (const { who, download } of targets) await run('download a hot version', who, clients, download)
    await run('constant route', 'souk', clients, constant)
  }
  return lines
}

/** What the goals are about: at 8 clients, each against the best that the other can do. */
function ratiosOf(lines: readonly Line[]): Record<string, number> {
  const rate = (who: string, what: string, clients?: number) =>
    Math.max(
      ...lines
        .filter((line) => line.who === who && line.what.startsWith(what))
        .filter((line) => clients === undefined || line.clients === clients)
        .map(({ perSecond }) => perSecond),
    )
  return {
    'publish new at 8 / best new of Verdaccio (goal 1.5)':
      rate('souk', 'publish a new', 8) / rate('verdaccio', 'publish a new'),
    'publish next at 8 / best next of Verdaccio (goal 1.5)':
      rate('souk', 'publish the next', 8) / rate('verdaccio', 'publish the next'),
    'download at 8 / constant route at 8 (goal 0.8)':
      rate('souk', 'download', 8) / rate('souk', 'constant', 8),
    'download at 8 / best download of Verdaccio': rate('souk', 'download', 8) / rate('verdaccio', 'download'),
  }
}

function heading(): string {
  return ['\nwhat', 'who', 'clients', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed']
    .map((text, index) => (index === 0 ? text.padEnd(27) : text.padStart(10)))
    .join('')
}

function format({ what, who, clients, perSecond, p50Ms, p95Ms, p99Ms, failures }: Line): string {
  const rest = [who, clients, perSecond, p50Ms, p95Ms, p99Ms, failures]
  return what.padEnd(26) + rest.map((value) => String(value).padStart(10)).join('')
}

async function stopAll(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)))
}
try {
  await main()
} finally {
  await stopAll()
}
