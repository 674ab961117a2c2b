/**
 * Owns reading manifests from strangers: in threads of their own, so that a hostile one costs its sender an answer within
 * the deadline and nobody else anything.
 */
import 'server-only'
import { join } from 'node:path'
import { type ManifestResult, parseManifest } from '#lib/kernel/manifest'
import { YAML_MAX_BYTES } from '#lib/kernel/manifest-yaml'
import { Problem } from '#lib/kernel/problem'
import { WorkerPool } from '#lib/platform/worker-pool'

type ManifestPool = WorkerPool<Uint8Array, ManifestResult>

/**
 * From the moment a thread begins, and one begins at once while one is free: the answer, which may take 300 ms, needs the
 * rest for its own way. Limits on size and number of values keep any text well below this; it is there for the one that
 * nobody thought of.
 */
const DEADLINE_MS = 250
/** A machine without a moment to spare is not the text's fault: its sender is to come again. */
const STARVED_MS = 1_000
const POOL_KEY = Symbol.for('souk.manifest-pool')

/** One for the process: the bundler may have this module in several places. */
function pool(): ManifestPool {
  const shared = globalThis as { [POOL_KEY]?: ManifestPool }
  shared[POOL_KEY] ??= new WorkerPool({
    file: join(process.cwd(), 'lib', 'publishing', 'parse-worker.ts'),
    size: 2,
    spares: 1,
    deadlineMs: DEADLINE_MS,
    starvedMs: STARVED_MS,
    waitMs: 2_000,
    maxWaiting: 1024,
    maxWaitingPerCaller: 256,
  })
  return shared[POOL_KEY]
}

/** Reads a manifest off the main thread. @throws Problem `unavailable` when too many wait already. */
export async function parseManifestApart(caller: string, bytes: Uint8Array): Promise<ManifestResult> {
  // Refused by its length alone, without being read.
  if (bytes.length > YAML_MAX_BYTES) return parseManifest(bytes)
  try {
    return await pool().run(caller, bytes)
  } catch (error) {
    const fault = nameOf(error)
    if (fault === 'JobEnded') {
      const message = 'This takes too long to read: make it simpler.'
      return { ok: false, issues: [{ path: '', message, line: 1, column: 1 }] }
    }
    if (fault !== 'PoolBusy') throw error
    throw new Problem('unavailable', 'Too many manifests are being read. Please try again shortly.', {
      headers: { 'retry-after': '1' },
      cause: error,
    })
  }
}

/** By name: the pool may have been made by another bundle's copy of these classes. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** Starts the threads before the first manifest comes. */
export async function warmManifestThreads(): Promise<void> {
  await pool().warm()
}
