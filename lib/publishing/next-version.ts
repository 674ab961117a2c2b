/** Owns counting a manifest's version up, in the version itself and in the text that states it. Client-safe, pure. */

/** `1.4.2` becomes `1.4.3`; a prerelease becomes its release. Null for what is no version. */
export function nextVersion(version: string): string | null {
  const match = /^(\d+)\.(\d+)\.(\d+)(-[^+]+)?/.exec(version)
  if (!match) return null
  const [, major = '0', minor = '0', patch = '0', prerelease] = match
  return `${major}.${minor}.${prerelease ? patch : Number(patch) + 1}`
}

/** The text with another version, or null when its version does not stand plainly on a line. */
export function withVersion(text: string, version: string): string | null {
  const pattern = /^version:[ \t]*(["']?)[0-9][^\s"'#]*\1[ \t]*(#.*)?$/m
  return pattern.test(text) ? text.replace(pattern, `version: ${version}`) : null
}
