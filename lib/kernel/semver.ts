/**
 * Owns what a version is and how versions are ordered and chosen (semver 2.0 through npm `semver`).
 * It must not know packages or the database; yanked is only a flag it honours.
 */
import semver from 'semver'
import { z } from 'zod'

const VERSION_MAX_LENGTH = 128
const RANGE_MAX_LENGTH = 256

/** The expression that semver.org publishes. npm's parser alone also takes a leading "v" and spaces. */
const VERSION_PATTERN =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

export interface Version {
  /** Exactly as written, build metadata included. */
  text: string
  major: number
  minor: number
  patch: number
  prerelease: readonly string[]
  build: readonly string[]
}

export interface PublishedVersion {
  version: string
  yanked: boolean
}

type Operator = '==' | '=' | '>' | '>=' | '<' | '<='

/**
 * A range as SQL compares it (`catalog.satisfies_range`): alternatives, of which one must hold whole, each a list of
 * bounds on {@link sortKey} without build metadata. `null` is what `latest` and `*` mean.
 */
export type RangeBounds = readonly (readonly (readonly [Operator, string])[])[] | null

/** Reads a strict semver 2.0 version; `null` when it is not one, is too long, or holds a number that cannot be exact. */
export function parseVersion(text: string): Version | null {
  if (text.length > VERSION_MAX_LENGTH) return null
  const match = VERSION_PATTERN.exec(text)
  if (!match) return null
  const [, major = '', minor = '', patch = '', prerelease, build] = match
  const identifiers = prerelease?.split('.') ?? []
  const numbers = [major, minor, patch, ...identifiers.filter((part) => /^\d+$/.test(part))]
  if (numbers.some((digits) => !Number.isSafeInteger(Number(digits)))) return null
  return {
    text,
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: identifiers,
    build: build?.split('.') ?? [],
  }
}

export function isPrerelease(text: string): boolean {
  return (parseVersion(text)?.prerelease.length ?? 0) > 0
}

/**
 * Orders valid versions by precedence, lowest first. Build metadata has no precedence; it only breaks ties, by its
 * bytes, so that sorting is deterministic. Throws a TypeError on text that is not a version.
 */
export function compareVersions(left: string, right: string): number {
  return semver.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0)
}

/** The version that `latest` means: the highest release that is not yanked, or the highest prerelease if there is no release. */
export function latestOf(versions: readonly PublishedVersion[]): string | null {
  const available = sortDescending(versions.filter(({ yanked }) => !yanked).map(({ version }) => version))
  return available.find((version) => !isPrerelease(version)) ?? available[0] ?? null
}

/**
 * Resolves `latest`, `*`, a range such as `^1.2.0`, or an exact version. Ranges never choose a yanked version; an exact
 * version is found even when yanked, because a lock on it must keep working. `null` when nothing fits.
 */
export function resolveRange(versions: readonly PublishedVersion[], range: string): string | null {
  const wanted = range.trim()
  if (wanted === 'latest' || isAny(wanted)) return latestOf(versions)
  if (parseVersion(wanted)) return versions.find(({ version }) => version === wanted)?.version ?? null
  if (!isRange(wanted)) return null
  const available = sortDescending(versions.filter(({ yanked }) => !yanked).map(({ version }) => version))
  return available.find((version) => semver.satisfies(version, wanted)) ?? null
}

/** Whether text is a range that a dependency may state (an exact version is one too). */
export function isRange(text: string): boolean {
  return text.trim() !== '' && text.length <= RANGE_MAX_LENGTH && semver.validRange(text) !== null
}

/** @throws TypeError when it is neither `latest` nor a range. */
export function rangeBounds(range: string): RangeBounds {
  const wanted = range.trim()
  if (wanted === 'latest' || isAny(wanted)) return null
  if (parseVersion(wanted)) return [[['==', sortKey(wanted)]]]
  if (!isRange(wanted)) throw new TypeError(`Not a semantic version range: ${JSON.stringify(range)}`)
  return new semver.Range(wanted).set.map((alternative) =>
    // Without an operator it is either one version or the comparator that every release passes.
    alternative.flatMap(({ operator, semver: version }) =>
      version instanceof semver.SemVer ? [[operator || '=', sortKey(version.version)] as const] : [],
    ),
  )
}

/** `*` in any spelling (`x`, `>=0.0.0-0` is not one): like `latest` it falls back to prereleases. */
function isAny(range: string): boolean {
  return /^(?:\*|x)$/i.test(range)
}

/**
 * A text whose byte order (collate "C") equals {@link compareVersions}, so that SQL sorts versions with a plain index.
 * Numbers carry their length first ('a' is one digit); a release ends in '~', above every prerelease.
 */
export function sortKey(text: string): string {
  const version = parseVersion(text)
  if (!version) throw new TypeError(`Not a semantic version: ${JSON.stringify(text)}`)
  const core = [version.major, version.minor, version.patch].map((part) => numberKey(String(part))).join('')
  const stage = version.prerelease.length === 0 ? '~' : `-${version.prerelease.map(identifierKey).join('')}`
  const build = version.build.length === 0 ? '' : ` ${version.build.join('.')}`
  return core + stage + build
}

export const versionSchema = z
  .string()
  .max(VERSION_MAX_LENGTH)
  .refine((text) => parseVersion(text) !== null, {
    message: 'Use a semantic version such as 1.2.3 or 2.0.0-beta.1 (no leading "v").',
  })
  .meta({ id: 'Version', description: 'Semantic version 2.0', examples: ['1.0.0'] })

export const rangeSchema = z
  .string()
  .refine(isRange, { message: 'Use a semantic version range such as ^1.2.0 or >=1.0.0 <2.0.0.' })
  .meta({ id: 'VersionRange', description: 'Semantic version range', examples: ['^1.0.0'] })

function sortDescending(versions: readonly string[]): string[] {
  return versions
    .filter((text) => parseVersion(text) !== null)
    .sort((left, right) => compareVersions(right, left))
}

function numberKey(digits: string): string {
  return String.fromCharCode('a'.charCodeAt(0) + digits.length - 1) + digits
}

// Numeric identifiers sort below all others; '!' closes a text identifier below every character it may hold.
function identifierKey(identifier: string): string {
  return /^\d+$/.test(identifier) ? `0${numberKey(identifier)}` : `1${identifier}!`
}
