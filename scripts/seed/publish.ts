/**
 * Publishes seed manifests through the verb that the form and the API use. What is already there is left alone, so a
 * second run changes nothing.
 */
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { publishVersion } from '#lib/publishing/publish-version'

/** Enough to keep both cores busy without queueing on the pool. */
const PARALLEL = 6

export interface SeedManifest {
  handle: string
  version: string
  yaml: string
  category: string
}

export interface PublishFailure {
  handle: string
  version: string
  reason: string
}

export interface PublishSummary {
  published: number
  alreadyThere: number
  failures: PublishFailure[]
}

export async function publishAll(
  actor: Actor,
  manifests: readonly SeedManifest[],
  published: ReadonlySet<string>,
): Promise<PublishSummary> {
  const summary: PublishSummary = { published: 0, alreadyThere: 0, failures: [] }
  const encoder = new TextEncoder()
  let waiting: { manifest: SeedManifest; reason: string }[] = []
  const publish = async (queue: Iterable<SeedManifest>) => {
    for (const manifest of queue) {
      const { handle, version, yaml, category } = manifest
      if (published.has(`${handle}@${version}`)) {
        summary.alreadyThere += 1
        continue
      }
      try {
        await publishVersion(actor, encoder.encode(yaml), { category })
        summary.published += 1
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error
        if (error.code === 'version_exists') summary.alreadyThere += 1
        else if (error.code === 'unknown_dependency') waiting.push({ manifest, reason: describe(error) })
        else summary.failures.push({ handle, version, reason: describe(error) })
      }
    }
  }
  const publishTogether = async (batch: readonly SeedManifest[]) => {
    const queue = batch.values()
    await Promise.all(Array.from({ length: PARALLEL }, () => publish(queue)))
  }
  await publishTogether(manifests)
  // What needs others waits until they are there, as long as that leads anywhere.
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length
    const again = waiting.map(({ manifest }) => manifest)
    waiting = []
    await publishTogether(again)
  }
  for (const { manifest, reason } of waiting) {
    summary.failures.push({ handle: manifest.handle, version: manifest.version, reason })
  }
  return summary
}

function describe({ detail, issues = [] }: Problem): string {
  return [detail, ...issues.map(({ path, message }) => `${path}: ${message}`)].join(' ')
}
