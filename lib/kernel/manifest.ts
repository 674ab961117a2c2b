/**
 * Owns the manifest as a document: YAML text in, a valid manifest or issues with line and column out, and back to text.
 * It must not know namespaces' owners, prices or storage.
 */
import { stringify } from 'yaml'
import { adviseManifest } from './manifest-advice.ts'
import { manifestStructureSchema, SELF_DEPENDENCY } from './manifest-schema.ts'
import type { Manifest } from './manifest-schema.ts'
import { kindSchema } from './kind.ts'
import { checkSpec } from './manifest-spec.ts'
import { MAX_ISSUES, readYaml } from './manifest-yaml.ts'
import type { JsonObject, JsonValue, Locate } from './manifest-yaml.ts'
import { formatIssuePath } from './problem.ts'
import type { Issue } from './problem.ts'
import { findingsFromZod } from './zod-issue.ts'
import type { Finding } from './zod-issue.ts'

export type { Manifest } from './manifest-schema.ts'

export type ManifestResult =
  | { ok: true; manifest: Manifest; warnings: Issue[] }
  /** Every issue has a line and a column. */
  | { ok: false; issues: Issue[] }

/** Bytes are decoded as strict UTF-8. Never throws; takes milliseconds whatever the input. */
export function parseManifest(input: string | Uint8Array): ManifestResult {
  const yaml = readYaml(input)
  if (!yaml.ok) return { ok: false, issues: yaml.issues }
  const { value, locate } = yaml
  const structure = manifestStructureSchema.safeParse(value)
  const findings = [
    ...(structure.success ? [] : findingsFromZod(structure.error.issues, value)),
    ...(isObject(value) ? crossFindings(value) : []),
  ]
  if (!structure.success || findings.length > 0) {
    return { ok: false, issues: findings.slice(0, MAX_ISSUES).map((finding) => toIssue(finding, locate)) }
  }
  const warnings = adviseManifest(structure.data).map((finding) => toIssue(finding, locate))
  return { ok: true, manifest: structure.data, warnings }
}

/** Writes a manifest as YAML with a fixed key order: equal manifests give equal bytes. */
export function stringifyManifest(manifest: Manifest): string {
  const { id, version, kind, metadata, dependencies, spec } = manifest
  const { name, description, license, homepage, repository, tags, capabilities, readme } = metadata
  const document = prune({
    id,
    version,
    kind,
    metadata: prune({
      name,
      description,
      license,
      homepage,
      repository,
      tags: tags.length > 0 ? tags : undefined,
      capabilities: capabilities.length > 0 ? capabilities : undefined,
      readme,
    }),
    dependencies: Object.keys(dependencies).length > 0 ? dependencies : undefined,
    spec,
  })
  return stringify(document, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 })
}

/** Rules that the structure cannot state; they run even when it failed, so that an author sees every fault at once. */
function crossFindings(value: JsonObject): Finding[] {
  const { id, kind, dependencies, spec = {} } = value
  const findings: Finding[] = []
  if (typeof id === 'string' && isObject(dependencies) && Object.hasOwn(dependencies, id)) {
    findings.push({ path: ['dependencies', id], message: SELF_DEPENDENCY, part: 'key' })
  }
  const known = kindSchema.safeParse(kind)
  if (known.success && isObject(spec)) {
    for (const finding of checkSpec(known.data, spec))
      findings.push({ ...finding, path: ['spec', ...finding.path] })
  }
  return findings
}

function toIssue({ path, message, part }: Finding, locate: Locate): Issue {
  return { path: formatIssuePath(path), message, ...locate(path, part) }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function prune(entries: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}
