/**
 * `npm run prove:degradation`: breaks each thing the web server leans on in each way, looks at what visitors and buyers
 * get meanwhile and how soon all is well again, and writes `docs/operations/degradation.md`. Ends with an error when a
 * cell is not as it should be.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { projectRoot } from '../stack/settings.ts'
import { type Cell, degradationTable } from './degradation-table.ts'
import type { Dependency } from './degradation-asking.ts'
import { openMarket, type ProofMarket } from './degradation-market.ts'
import { type Fault, FAULTS } from './fault-proxy.ts'

/** Longer than the caches in front hold a page for fresh. */
const STALE_AFTER_MS = 62_000
const DEADLINE_MS = 5_000
const HEALTHY_WITHIN_MS = 10_000

const DEPENDENCIES: readonly Dependency[] = ['redis', 'stripe', 'auth', 'database']

async function main(): Promise<void> {
  const market = await openMarket()
  const cells: Cell[] = []
  try {
    for (const dependency of DEPENDENCIES) {
      for (const fault of FAULTS) {
        const cell = await tryOut(market, dependency, fault)
        console.log(
          `${dependency} ${fault}: ${cell.faults.length === 0 ? 'as it should be' : cell.faults.join('; ')}`,
        )
        cells.push(cell)
      }
    }
  } finally {
    await market.stop()
  }
  await writeFile(join(projectRoot, 'docs', 'operations', 'degradation.md'), degradationTable(cells))
  if (cells.some((cell) => cell.faults.length > 0)) process.exitCode = 1
}

async function tryOut(market: ProofMarket, dependency: Dependency, fault: Fault): Promise<Cell> {
  await market.untilHealthy(60_000)
  await market.browse()
  const proxy = market.proxies[dependency]
  await proxy.break(fault)
  const early = await market.browse()
  const writing = await market.write(dependency)
  // Only without the database do pages grow stale; otherwise they are made anew.
  if (dependency === 'database') await delay(STALE_AFTER_MS)
  const late = await market.browse()
  const rewriting = await market.write(dependency)
  const traces = await market.traces()
  const others = dependency === 'database' ? await market.writeOtherwise(fault === 'slow') : []
  // What is slow may still be carried out after its refusal; what is away may not.
  const isTouched = fault !== 'slow' && (await market.traces()) !== traces
  await proxy.repair()
  const healthyMs = await market.untilHealthy(HEALTHY_WITHIN_MS * 3)
  const writes = [writing, rewriting, ...others]
  const doubled = await market.leftBehind(writes)
  const pages = [...early, ...late]
  const slowestMs = Math.max(...pages.map(({ ms }) => ms), ...writes.map(({ ms }) => ms))
  const mustBeStale = dependency === 'database' && fault !== 'slow'
  const faults = [
    ...pages.filter(({ status }) => status !== 200).map(({ path, status }) => `${path} answered ${status}`),
    ...(mustBeStale && !late.some(({ isStale }) => isStale) ? ['nothing is marked stale'] : []),
    ...writes.filter(({ isRight }) => !isRight).map(({ says }) => `a write answered ${says}`),
    ...doubled,
    ...(isTouched ? ['a refused write changed something'] : []),
    ...(slowestMs > DEADLINE_MS ? [`a request took ${Math.round(slowestMs)} ms`] : []),
    ...(healthyMs > HEALTHY_WITHIN_MS ? [`healthy only after ${Math.round(healthyMs)} ms`] : []),
  ]
  return { dependency, fault, pages: late, writes, slowestMs, healthyMs, faults }
}

await main()
// All that was started has ended; a client that still tries to reach it keeps nobody waiting.
process.exit()
