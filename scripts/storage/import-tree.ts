/**
 * Imports the old tree: every manifest goes through the verb that the form and the API use. What is published already
 * is left alone, so that an interrupted run simply goes on. Source files are only read.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseManifest } from '#lib/kernel/manifest'
import { Problem } from '#lib/kernel/problem'
import { publishVersion } from '#lib/publishing/publish-version'
import {
  findPublisher,
  keyOf,
  publishedHashes,
  type Publisher,
  settleCommits,
  storedHashes,
} from './published.ts'
import { readSource } from './read-source.ts'
import { type Found, type Source, walkTree } from './walk-tree.ts'

export interface ImportOptions {
  dir: string
  /** Without it nothing is written. */
  isApplied: boolean
  parallel: number
  storeSlug?: string
  operatorId?: string
  /** Told after each manifest and each row read again. */
  onProgress?: (phase: 'import' | 'verify', done: number) => void
  signal?: AbortSignal
  /** Before each further try while the database cannot be reached. */
  retryDelaysMs?: readonly number[]
}

export interface Trouble {
  path: string
  reason: string
}

export interface ImportReport {
  /** In a dry run: what would be. */
  migrated: number
  alreadyThere: number
  missing: Trouble[]
  invalid: Trouble[]
  /** Stored bytes that are not those of the file. */
  different: Trouble[]
  verified: number
  stray: number
  isInterrupted: boolean
  /** Why it stopped before its end, such as a database that stayed away; null when it did not. */
  gaveUp: string | null
}

const BATCH = 100
/** A busy moment, or a database that restarts: altogether about half a minute. */
const RETRY_DELAYS_MS = [100, 300, 1_000, 3_000, 10_000, 15_000]

interface Kept extends Source {
  sha256: string
}

export async function importTree(options: ImportOptions): Promise<ImportReport> {
  const run = new ImportRun(options)
  try {
    await run.importAll()
    if (options.isApplied && !run.report.isInterrupted) await run.verifyAll()
  } catch (error) {
    // What was done until then is worth telling.
    if (!(error instanceof GaveUp)) throw error
    run.report.gaveUp = error.message
  }
  return run.report
}

/** Tried until there was no more use in it. */
class GaveUp extends Error {}

class ImportRun {
  readonly report: ImportReport = {
    ...{ migrated: 0, alreadyThere: 0, missing: [], invalid: [], different: [] },
    ...{ verified: 0, stray: 0, isInterrupted: false, gaveUp: null },
  }
  private readonly options: ImportOptions
  private readonly publishers = new Map<string, Promise<Publisher>>()
  /** What stands in the database as it stands in the tree. */
  private readonly kept: Kept[] = []
  /** Needs a version that may still come. */
  private deferred: { source: Source; reason: string }[] = []
  private done = 0
  /** Set by the first worker that gives up, for the others to stop, too. */
  private readonly end = new AbortController()

  constructor(options: ImportOptions) {
    this.options = options
  }

  async importAll(): Promise<void> {
    const batches = this.batches()
    await this.inParallel(async () => {
      for (;;) {
        const next = await batches.next()
        if (next.done === true || this.isStopped()) return
        await this.importBatch(next.value)
      }
    })
    while (this.deferred.length > 0 && !this.isStopped()) {
      const again = this.deferred
      this.deferred = []
      for (const { source } of again) await this.importBatch([source])
      if (this.deferred.length === again.length) break
    }
    for (const { source, reason } of this.deferred) this.report.invalid.push({ path: source.path, reason })
    this.report.isInterrupted = this.isStopped()
  }

  async verifyAll(): Promise<void> {
    const { report, kept } = this
    await this.tried(settleCommits)
    let next = 0
    await this.inParallel(async () => {
      while (next < kept.length && !this.isStopped()) {
        const batch = kept.slice(next, (next += BATCH))
        const stored = await this.tried(() => storedHashes(batch))
        for (const source of batch) {
          const found = stored.get(keyOf(source))
          if (found === source.sha256) report.verified += 1
          else {
            const reason = found === undefined ? 'not in the database' : `stored bytes have sha256 ${found}`
            report.different.push({ path: source.path, reason })
          }
        }
        this.options.onProgress?.('verify', Math.min(next, kept.length))
      }
    })
    report.isInterrupted = this.isStopped()
  }

  /** Whole packages, so that no two workers publish versions of one. */
  private async *batches(): AsyncGenerator<Source[], void, undefined> {
    let batch: Source[] = []
    for await (const found of walkTree(this.options.dir)) {
      batch.push(...found.filter((entry) => this.sort(entry)).map((entry) => entry as Source & Found))
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }

  private sort(entry: Found): boolean {
    const { report } = this
    if (entry.kind === 'missing')
      report.missing.push({ path: entry.path, reason: 'the folder has no manifest' })
    if (entry.kind === 'invalid') report.invalid.push(entry)
    if (entry.kind === 'stray') report.stray += 1
    return entry.kind === 'source'
  }

  private async importBatch(batch: readonly Source[]): Promise<void> {
    const published = await this.tried(() => publishedHashes(batch))
    for (const source of batch) {
      if (this.isStopped()) return
      const reason = await this.importOne(source, published.get(keyOf(source)))
      if (reason !== null) this.report.invalid.push({ path: source.path, reason })
      this.done += 1
      this.options.onProgress?.('import', this.done)
    }
  }

  /** Why it cannot be imported, or null. */
  private async importOne(source: Source, publishedSha256: string | undefined): Promise<string | null> {
    const read = await readSource(join(this.options.dir, source.path))
    if (!read.ok) return read.reason
    const { bytes, sha256 } = read
    if (publishedSha256 === sha256) {
      this.report.alreadyThere += 1
      this.kept.push({ ...source, sha256 })
      return null
    }
    if (publishedSha256 !== undefined) return `published with other bytes: sha256 ${publishedSha256}`
    const publisher = await this.publisherOf(source)
    if (!publisher.ok) return publisher.reason
    const reason = this.options.isApplied
      ? await this.publish(source, bytes, publisher)
      : faultOf(source, bytes)
    if (reason !== null) return reason === DEFERRED ? null : reason
    this.report.migrated += 1
    this.kept.push({ ...source, sha256 })
    return null
  }

  private async publish(
    source: Source,
    bytes: Uint8Array,
    publisher: Publisher & { ok: true },
  ): Promise<string | null> {
    const expected = { handle: source.handle, version: source.version }
    try {
      await this.tried(
        () => publishVersion(publisher.actor, bytes, { expected, isBroughtOver: true }),
        (problem) => isTooSlow(problem, bytes),
      )
      return null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return this.refusal(error, source)
    }
  }

  /** Tries again while the database is away or busy. @throws GaveUp when it stays so */
  private async tried<T>(
    work: () => Promise<T>,
    mayPass: (problem: Problem) => boolean = () => false,
  ): Promise<T> {
    const { retryDelaysMs = RETRY_DELAYS_MS } = this.options
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Problem) || !(error.status >= 500 || mayPass(error))) throw error
        const delayMs = retryDelaysMs[attempt]
        if (delayMs === undefined || this.end.signal.aborted)
          throw new GaveUp(error.message, { cause: error })
        // Cut short when another gives up; this one then does after its last try.
        await sleep(delayMs, undefined, { signal: this.end.signal }).catch(() => undefined)
      }
    }
  }

  private refusal(error: Problem, source: Source): string {
    const reason = describe(error)
    const code: string = error.code
    if (code !== 'unknown_dependency') return reason
    this.deferred.push({ source, reason })
    return DEFERRED
  }

  private publisherOf({ handle }: Source): Promise<Publisher> {
    const [namespace = ''] = handle.split('/')
    const known = this.publishers.get(namespace)
    if (known) return known
    const found = this.tried(() => findPublisher(namespace, this.options))
    this.publishers.set(namespace, found)
    return found
  }

  private isStopped(): boolean {
    return this.options.signal?.aborted === true || this.end.signal.aborted
  }

  /** Ends when all have ended, so that what the report says no longer changes. @throws what the first of them threw */
  private async inParallel(work: () => Promise<void>): Promise<void> {
    const faults: unknown[] = []
    const worker = () =>
      work().catch((error: unknown) => {
        faults.push(error)
        this.end.abort()
      })
    await Promise.all(Array.from({ length: this.options.parallel }, worker))
    if (faults.length > 0) throw faults[0]
  }
}

const DEFERRED = 'deferred'

/** Reading has a deadline, which a sound manifest can miss only on a machine that is out of breath. */
function isTooSlow({ code }: Problem, bytes: Uint8Array): boolean {
  return code === 'invalid_manifest' && parseManifest(bytes).ok
}

/** What publishing would say, as far as the manifest itself can tell. */
function faultOf(source: Source, bytes: Uint8Array): string | null {
  const parsed = parseManifest(bytes)
  if (!parsed.ok) return parsed.issues.map(({ path, message }) => `${path}: ${message}`).join(' ')
  const { id, version } = parsed.manifest
  return id === source.handle && version === source.version ? null : `it says that it is ${id}@${version}`
}

function describe({ detail, issues = [] }: Problem): string {
  return [detail, ...issues.map(({ path, message }) => `${path}: ${message}`)].join(' ')
}
