import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { type Manifest, parseManifest } from '#lib/kernel/manifest'
import { type ManifestRead, readManifest } from './data.ts'
import type { PackagePage } from './schemas.ts'

export interface SpecRead {
  /** Free to all; the caller's own by purchase or ownership; or still to be bought. */
  access: 'free' | 'owned' | 'locked'
  /** Absent while locked. */
  manifest: Manifest | null
}

/** Bytes never change under their hash, and reading YAML costs about as much as the rest of the page's data. */
const PARSED_MAX = 200
const parsed = new Map<string, Manifest | null>()

/** What the stored bytes of one version say, for those who may have them. At most one statement. */
export async function readSpec(actor: Actor, page: PackagePage, version: string): Promise<SpecRead> {
  const isPublic = page.price.amount === 0 && page.status === 'approved' && page.isAvailable
  return specOf(page, await readManifest(isPublic ? anonymous : actor, page.handle, version))
}

/** What a reader learns from the bytes that they may or may not have. */
export function specOf({ price }: Pick<PackagePage, 'price'>, read: ManifestRead | null): SpecRead {
  if (read?.outcome !== 'ok' || read.yamlContent === null) return { access: 'locked', manifest: null }
  return { access: price.amount === 0 ? 'free' : 'owned', manifest: parseOnce(read.sha256, read.yamlContent) }
}

function parseOnce(sha256: string, yaml: string): Manifest | null {
  const known = parsed.get(sha256)
  if (known !== undefined) return known
  const result = parseManifest(yaml)
  const manifest = result.ok ? result.manifest : null
  const [oldest] = parsed.keys()
  if (parsed.size >= PARSED_MAX && oldest !== undefined) parsed.delete(oldest)
  parsed.set(sha256, manifest)
  return manifest
}
