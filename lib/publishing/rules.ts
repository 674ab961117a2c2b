/** Pure decisions of publishing. Client-safe: the dashboard previews with the same rules that the server applies. */
import type { Manifest } from '#lib/kernel/manifest'

/**
 * Tags that follow from the manifest itself, so that authors need not repeat what `spec` already says. At most eight.
 */
export function deriveTags(manifest: Manifest): string[] {
  const given = new Set(manifest.metadata.tags)
  const packages = Array.isArray(manifest.spec.packages) ? manifest.spec.packages : []
  const remotes = Array.isArray(manifest.spec.remotes) ? manifest.spec.remotes : []
  const derived = [
    ...packages.flatMap((entry) => tagOf('registry', fieldOf(entry, 'registry'))),
    ...remotes.flatMap((entry) => tagOf('transport', fieldOf(entry, 'transport'))),
    ...tagOf('license', manifest.metadata.license),
  ]
  return [...new Set(derived)].filter((tag) => !given.has(tag)).slice(0, 8)
}

function fieldOf(entry: unknown, key: string): unknown {
  return typeof entry === 'object' && entry !== null ? Reflect.get(entry, key) : undefined
}

function tagOf(key: string, value: unknown): string[] {
  if (typeof value !== 'string') return []
  const folded = value.toLowerCase()
  return /^[a-z0-9][a-z0-9._+#/-]{0,63}$/.test(folded) ? [`${key}:${folded}`] : []
}
