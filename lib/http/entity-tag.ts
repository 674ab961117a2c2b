/** Owns entity tags: one for each encoding of a body, and whether a client has the one that it would be sent. */
import 'server-only'
import type { Encoding } from '#lib/platform/encoded-body'

/** RFC 9110 section 8.8.3.3: other bytes, another strong tag. */
export function encodedTag(etag: string, encoding: Encoding): string {
  return encoding === 'identity' ? etag : etag.replace(/"$/, `-${encoding}"`)
}

/** RFC 9110 section 13.1.2: the comparison is weak, with the tag of what would be sent, and `*` matches whatever exists. */
export function isKnown(ifNoneMatch: string | null | undefined, etag: string): boolean {
  if (ifNoneMatch === null || ifNoneMatch === undefined) return false
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => bare(tag) === bare(etag))
}
