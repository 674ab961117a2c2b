import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { LISTING_TAG } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { log } from '#lib/platform/log'
import {
  beginBuild,
  type BuildStep,
  finishBuild,
  indexBuild,
  indexNextPackages,
  isRebuildDue,
  readIndexState,
  type Rebuilder,
  stepBuild,
} from './data.ts'
import type { IndexState } from './schemas.ts'

/** The rebuild of this process, so that a second request joins it. Other processes share the steps of one build. */
let running: Promise<unknown> | undefined

/**
 * Writes the listing rows anew from the base tables, then the search rows beside the old ones, and swaps them. Readers
 * see the old index until the new one is whole; interrupted, the next call goes on where this one stopped.
 * @returns how many rows the new index has.
 */
export async function rebuildIndex(
  by: Rebuilder,
  report: (step: BuildStep) => void = () => undefined,
): Promise<number> {
  for (let last = await indexNextPackages(by, null); last !== null;) {
    last = await indexNextPackages(by, last)
  }
  return await reorderIndex(by, report)
}

/** Writes the search rows anew from the listing rows, and nothing else. */
async function reorderIndex(by: Rebuilder, report: (step: BuildStep) => void): Promise<number> {
  await beginBuild(by)
  for (;;) {
    const step = await stepBuild(by)
    report(step)
    if (step.isFilled) break
  }
  await indexBuild(by)
  const rows = await finishBuild(by)
  purge([LISTING_TAG])
  return rows
}

/** The background task: puts the search rows in order again when enough has been written, or has moved, since. */
export async function tendIndex(): Promise<void> {
  if (!(await isRebuildDue())) return
  const rows = await reorderIndex('service', () => undefined)
  log.info({ rows }, 'the search index was put in order again')
}

/** Starts a rebuild in the background, or joins the one under way, and answers how far it is. */
export async function startIndexRebuild(actor: SignedInActor): Promise<IndexState | null> {
  running ??= rebuildIndex(actor)
    .catch((error: unknown) => {
      log.error({ err: error }, 'the rebuild of the search index stopped; the old index stays')
    })
    .finally(() => {
      running = undefined
    })
  return await readIndexState(actor)
}
