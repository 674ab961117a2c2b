/**
 * Owns turning the seed of the official MCP registry into manifests: every entry becomes one or is rejected with its
 * reason. Pure and deterministic; publishing is not its business. The rules are in README.md beside it.
 */
import { checkClaimableName, formatHandle, parseHandle } from '../../lib/kernel/handle.ts'
import { parseManifest, stringifyManifest } from '../../lib/kernel/manifest.ts'
import { parseVersion } from '../../lib/kernel/semver.ts'
import { parseTag } from '../../lib/kernel/tag-text.ts'
import { capabilitiesOf, classify, topicsOf } from './mcp-registry-categories.ts'
import type { Subject } from './mcp-registry-categories.ts'
import { entrySchema } from './mcp-registry-entry.ts'
import type { RegistryEntry } from './mcp-registry-entry.ts'
import { descriptionOf, displayNameOf, foldName, originOf } from './mcp-registry-naming.ts'
import type { Origin } from './mcp-registry-naming.ts'
import { readmeOf } from './mcp-registry-readme.ts'
import { installableRegistry, specOf } from './mcp-registry-spec.ts'

export interface RegistryImport {
  /** Place in the seed, from 0. */
  index: number
  entryId: string
  handle: string
  version: string
  /** The manifest, ready to publish. */
  yaml: string
  /** A slug of categories.json. */
  category: string
  tags: string[]
}

export interface RegistryRejection {
  index: number
  entryId: string
  name: string
  reason: string
}

export interface RegistryMapping {
  imports: RegistryImport[]
  rejected: RegistryRejection[]
}

type Candidate = { index: number; entry: RegistryEntry; origin: Origin; handle: string }

export function mapRegistryEntries(entries: readonly unknown[]): RegistryMapping {
  const rejected: RegistryRejection[] = []
  const reject = (index: number, entry: RegistryEntry | null, reason: string) =>
    rejected.push({ index, entryId: entry?.id ?? '', name: entry?.name ?? '', reason })

  const candidates = entries.flatMap((value, index): Candidate[] => {
    const parsed = entrySchema.safeParse(value)
    if (!parsed.success) {
      reject(index, null, 'The entry is not an object.')
      return []
    }
    const entry = parsed.data
    const origin = originOf(entry)
    const reason = refusalOf(entry, origin)
    if (reason !== null || origin === null) {
      reject(index, entry, reason ?? 'No name.')
      return []
    }
    return [
      { index, entry, origin, handle: formatHandle(foldName(origin.owner), foldName(origin.repository)) },
    ]
  })

  const imports = distinct(candidates, reject).flatMap((candidate): RegistryImport[] => {
    const result = toImport(candidate)
    if (typeof result !== 'string') return [result]
    reject(candidate.index, candidate.entry, result)
    return []
  })
  const inSeedOrder = (left: { index: number }, right: { index: number }) => left.index - right.index
  return { imports: imports.sort(inSeedOrder), rejected: rejected.sort(inSeedOrder) }
}

function refusalOf(entry: RegistryEntry, origin: Origin | null): string | null {
  if (origin === null) {
    return entry.id === '' && entry.repository.url === '' && entry.packages.length === 0
      ? 'The entry is blank: it has no id, name, repository or package.'
      : 'Neither its name, its repository nor its packages tell an owner and a name.'
  }
  const namespace = checkClaimableName(foldName(origin.owner))
  if (!namespace.ok) return `Namespace: ${namespace.message}`
  const { version } = entry.version_detail
  return parseVersion(version) ? null : `Its version ${JSON.stringify(version)} is not a semantic version.`
}

/** One candidate a handle: equal entries are reported as duplicates, different ones get a suffix from their id. */
function distinct(
  candidates: readonly Candidate[],
  reject: (index: number, entry: RegistryEntry, reason: string) => void,
) {
  const groups = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    groups.set(candidate.handle, [...(groups.get(candidate.handle) ?? []), candidate])
  }
  return [...groups.values()].flatMap((group) => {
    // By id, so that the winner does not depend on the order of the seed.
    const [first, ...others] = [...group].sort((left, right) => (left.entry.id < right.entry.id ? -1 : 1))
    if (!first) return []
    const kept = [first]
    for (const other of others) {
      const twin = kept.find(({ entry }) => sameContent(entry, other.entry))
      if (twin) reject(other.index, other.entry, `Duplicate of entry ${twin.entry.id}.`)
      else
        kept.push({
          ...other,
          handle: `${other.handle.slice(0, 100)}-${foldName(other.entry.id).slice(0, 8)}`,
        })
    }
    return kept
  })
}

function sameContent(left: RegistryEntry, right: RegistryEntry): boolean {
  return JSON.stringify({ ...left, id: '', name: '' }) === JSON.stringify({ ...right, id: '', name: '' })
}

function toImport({ index, entry, origin, handle }: Candidate): RegistryImport | string {
  const checked = parseHandle(handle)
  if (!checked.ok) return `Handle ${handle}: ${checked.message}`
  const name = displayNameOf(entry, origin)
  const { text: description, derived } = descriptionOf(entry, origin, name)
  const subject: Subject = {
    names: [`${origin.owner}/${origin.repository}`, ...entry.packages.map((item) => item.name)],
    description: entry.description,
  }
  const spec = specOf(entry)
  const tags = tagsOf(entry, subject)
  const yaml = stringifyManifest({
    id: handle,
    version: entry.version_detail.version,
    kind: 'mcp-server',
    metadata: {
      name,
      description,
      repository: entry.repository.url === '' ? undefined : entry.repository.url,
      tags,
      capabilities: capabilitiesOf(subject),
      readme: readmeOf({ entry, description, derived, spec }),
    },
    dependencies: {},
    spec,
  })
  const parsed = parseManifest(yaml)
  if (!parsed.ok)
    return `Its manifest is not valid: ${parsed.issues.map((issue) => `${issue.path} ${issue.message}`).join('; ')}`
  return {
    index,
    entryId: entry.id,
    handle,
    version: parsed.manifest.version,
    yaml,
    category: classify(subject),
    tags,
  }
}

function tagsOf(entry: RegistryEntry, subject: Subject): string[] {
  const registries = entry.packages.map(installableRegistry).filter((registry) => registry !== 'unknown')
  const runtimes = registries.map((registry) => ({ npm: 'node', pypi: 'python', docker: 'docker' })[registry])
  const text = ` ${[...subject.names, subject.description]
    .join(' ')
    .toLowerCase()
    .replace(/[^a-z0-9+#.]+/g, ' ')} `
  const languages = ['typescript', 'python', 'rust', 'java', 'quarkus', 'go'].filter((word) =>
    text.includes(` ${word} `),
  )
  const tags = [
    'source:mcp-registry',
    ...registries.map((registry) => `registry:${registry}`),
    ...runtimes.map((runtime) => `runtime:${runtime}`),
    ...(entry.remotes.length > 0 ? ['transport:sse'] : []),
    ...languages.map((language) => `stack:${language === 'quarkus' ? 'java' : language}`),
    ...(/\bofficial\b/i.test(entry.description) ? ['publisher:official'] : []),
    ...topicsOf(subject).map((topic) => `topic:${topic}`),
  ]
  return [...new Set(tags)].filter((tag) => parseTag(tag) !== null).slice(0, 20)
}
