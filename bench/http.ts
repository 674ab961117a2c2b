/**
 * `npm run bench:http`: how fast `npm start` answers pages and the API, from the cache in front and past it, beside bare
 * `node:http` sending as many bytes, a constant route of Next, a route of Next with one query, and Verdaccio's tarballs, in
 * one run. Says which targets are met and ends with an error when one is missed. Appends to bench/results/http.jsonl, unless
 * `--no-record`, and prints the table of docs/performance.md.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWeb } from '../scripts/stack/build.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { httpClient } from './http-client.ts'
import { startBare, startNextCeiling, startSouk } from './http-servers.ts'
import { type Line, verdicts } from './http-targets.ts'
import { measure } from './measure.ts'
import { verdaccioTarget } from './publish-targets.ts'
import { recordRun } from './record-run.ts'
import { SocketClient } from './socket-client.ts'
import { startVerdaccio } from './verdaccio-server.ts'

const CLIENTS = [1, 16, 64]
const WARM_SECONDS = 1
const ATTEMPTS = 5
const PATHS = [
  ['home', '/'],
  ['catalogue, API', '/api/marketplace'],
  ['catalogue, page', '/search'],
  ['package, API', '/api/packages/house/code-review'],
  ['package, page', '/packages/house/code-review'],
  ['download', '/api/v1/packages/house/code-review/1.0.0/download'],
] as const

const undo: (() => unknown)[] = []
const lines: Line[] = []
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    verdaccio: { type: 'boolean', default: true },
    record: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const seconds = Number(values.seconds)

async function main(): Promise<void> {
  await buildWeb(projectRoot)
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-bench-'))
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  console.log('what                                clients   a second   p50 / p99 ms     bytes')

  const cached = await startSouk(dataDir, 'on')
  undo.push(cached.stop)
  const ceiling = await startNextCeiling(cached.databaseUrl)
  undo.push(ceiling.stop)
  await load('Next, constant', ceiling.origin, '/constant')
  await load('Next, one query', ceiling.origin, '/query')
  await ceiling.stop()
  for (const [name, path] of PATHS)
    await load(`${name}, cached`, cached.origin, await exact(cached.origin, path))
  for (const [name, plain] of PATHS) {
    const path = await exact(cached.origin, plain)
    const known = async () => {
      const answer = await fetch(cached.origin + path, { headers: { 'accept-encoding': 'br' } })
      await answer.arrayBuffer()
      return { 'if-none-match': answer.headers.get('etag') ?? '' }
    }
    await load(`${name}, 304`, cached.origin, path, known, 304)
  }
  await cached.stop()
  for (const name of ['home, cached', 'catalogue, API, cached']) {
    const line = lines.find(({ what }) => what === name)
    const bare = await startBare(line?.bytes ?? 10_000)
    await load(`node:http, as many bytes as ${name}`, bare.origin, '/')
    await bare.stop()
  }
  const uncached = await startSouk(dataDir, 'off')
  undo.push(uncached.stop)
  for (const [name, path] of PATHS) {
    await load(`${name}, no edge`, uncached.origin, await exact(uncached.origin, path))
  }
  await uncached.stop()
  if (values.verdaccio) await loadVerdaccio(dataDir)

  const targets = verdicts(lines)
  for (const { target, measured, isMet } of targets) {
    console.log(`${isMet ? 'met   ' : 'MISSED'}  ${target}: ${measured}`)
  }
  if (targets.some(({ isMet }) => !isMet)) process.exitCode = 1
  if (values.record) await recordRun('http', { seconds, targets, lines })
}

/** Some packages are at another version than the first. */
async function exact(origin: string, path: string): Promise<string> {
  if (!path.endsWith('/download')) return path
  const answer = await fetch(origin + path.replace('/1.0.0/', '/latest/'), { redirect: 'manual' })
  await answer.arrayBuffer()
  return answer.headers.get('location') ?? path
}

async function load(
  what: string,
  origin: string,
  path: string,
  headers: () => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
  status = 200,
): Promise<void> {
  for (const clients of CLIENTS) {
    // What is known already may change meanwhile, as counted views and downloads do: then once more, from what it is now.
    const attempts = status === 304 ? ATTEMPTS : 1
    for (let attempt = 1; ; attempt += 1) {
      const line = await loadOnce(clients, origin, path, await headers(), status)
      if (line.failures > 0 && attempt < attempts) continue
      note({ what, ...line })
      break
    }
  }
}

async function loadOnce(
  clients: number,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  status: number,
): Promise<Omit<Line, 'what'>> {
  const all = Array.from(
    { length: clients },
    () => new SocketClient(origin, path, { 'accept-encoding': 'br', ...headers }),
  )
  const free = [...all]
  let bytes = 0
  const send = async () => {
    const client = free.pop()
    if (!client) throw new Error('More requests at once than clients')
    const answer = await client.send()
    free.push(client)
    bytes = answer.sizeBytes
    return answer.status === status
  }
  await measure({ clients, seconds: WARM_SECONDS, send })
  const measured = await measure({ clients, seconds, send })
  for (const client of all) client.close()
  return { bytes, ...measured }
}

async function loadVerdaccio(dataDir: string): Promise<void> {
  const verdaccio = await startVerdaccio(join(dataDir, 'verdaccio'))
  undo.push(verdaccio.stop)
  const client = httpClient()
  const target = verdaccioTarget(verdaccio, client, { sizeBytes: 8_192, isReadme: false })
  await target.prepare(1)
  client.close()
  await load('Verdaccio, tarball', verdaccio.origin, '/hot-0/-/hot-0-1.0.0.tgz')
  await verdaccio.stop()
}

function note(line: Line): void {
  if (line.failures > 0)
    throw new Error(`${line.failures} of ${line.requests} requests for ${line.what} failed`)
  lines.push(line)
  const { what, clients, perSecond, p50Ms, p99Ms, bytes } = line
  const columns = [what.padEnd(36), String(clients).padStart(6), String(Math.round(perSecond)).padStart(10)]
  console.log([...columns, `${p50Ms} / ${p99Ms}`.padStart(14), String(bytes).padStart(9)].join(' '))
}

try {
  await main()
} finally {
  for (const step of undo.toReversed()) await step()
}
