import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { LISTING_TAG } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { log } from '#lib/platform/log'
import { processWide } from '#lib/platform/process-wide'
import {
  awaitOlderWriters,
  beginBuild,
  finishBuild,
  indexBuild,
  isRebuildDue,
  readBuild,
  readIndexState,
  type Rebuilder,
  refreshStatistics,
  stepBuild,
  stepPackages,
} from './data.ts'
import type { IndexState } from './schemas.ts'

/** First the packages here are read anew, then all entries are compiled. */
export interface RebuildProgress {
  part: 'packages' | 'entries'
  done: number
  total: number
}

type Report = (progress: RebuildProgress) => void

/** The rebuild of this process, so that a second request joins it. Other processes share the steps of one build. */
const rebuilds = () => processWide<{ begun?: Promise<void> }>('index-rebuild', () => ({}))

/**
 * Writes the listing rows anew from the base tables, then the search rows beside the old ones, and swaps them. Readers
 * see the old index until the new one is whole; interrupted, the next call goes on where this one stopped.
 * @returns how many rows the new index has.
 */
export async function rebuildIndex(by: Rebuilder, report: Report = () => undefined): Promise<number> {
  return await carryOut(by, await beginBuild(by, true), report)
}

/** The background task: puts the search rows in order again when enough has been written, or has moved, since. */
export async function tendIndex(): Promise<void> {
  if (!(await isRebuildDue())) return
  const id = await beginBuild('service', false)
  const rows = await carryOut('service', id, () => undefined)
  log.info({ rows }, 'the search index was put in order again')
}

/** Starts a rebuild in the background, or joins the one under way, and answers how far it is. */
export async function startIndexRebuild(actor: SignedInActor): Promise<IndexState | null> {
  // Refuses whoever may not, before they join anything.
  await readIndexState(actor)
  const shared = rebuilds()
  shared.begun ??= begin(actor, shared)
  await shared.begun
  return await readIndexState(actor)
}

/** Resolves once the build has its row; the rest goes on in the background. */
async function begin(actor: SignedInActor, shared: { begun?: Promise<void> }): Promise<void> {
  const end = () => (shared.begun = undefined)
  const id = await beginBuild(actor, true).catch((error: unknown) => {
    end()
    throw error
  })
  void carryOut(actor, id, () => undefined)
    .catch((error: unknown) => {
      log.error({ err: error }, 'the rebuild of the search index stopped; the old index stays')
    })
    .finally(end)
}

async function carryOut(by: Rebuilder, id: number, report: Report): Promise<number> {
  const rows = await build(by, report).catch(async (error: unknown) => {
    // Another process that shares the build may have taken its last step.
    const state = await readBuild(by)
    if (state?.id !== id || state.isRunning) throw error
    return state.builtRows
  })
  await refreshStatistics(by)
  purge([LISTING_TAG])
  return rows
}

async function build(by: Rebuilder, report: Report): Promise<number> {
  await awaitOlderWriters(by)
  for (;;) {
    const { builtPackages, totalPackages, isDone } = await stepPackages(by)
    report({ part: 'packages', done: builtPackages, total: totalPackages })
    if (isDone) break
  }
  for (;;) {
    const { builtRows, totalRows, isFilled } = await stepBuild(by)
    report({ part: 'entries', done: builtRows, total: totalRows })
    if (isFilled) break
  }
  await indexBuild(by)
  return await finishBuild(by)
}
