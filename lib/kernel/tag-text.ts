/**
 * Owns the form of tags: `key:value`, lower-case. Without a schema, for browsers. It must not know who set a tag
 * or where it is stored.
 */
export interface Tag {
  key: string
  value: string
}

const KEY_PATTERN = /^[a-z0-9-]{1,32}$/
const VALUE_PATTERN = /^[a-z0-9][a-z0-9._+#/-]{0,63}$/

/** Reads an exact `key:value`; `null` when either half is not allowed. Nothing is folded. */
export function parseTag(text: string): Tag | null {
  const colon = text.indexOf(':')
  if (colon < 0) return null
  const key = text.slice(0, colon)
  const value = text.slice(colon + 1)
  return KEY_PATTERN.test(key) && VALUE_PATTERN.test(value) ? { key, value } : null
}

export function formatTag({ key, value }: Tag): string {
  return `${key}:${value}`
}

/**
 * Folds what a person typed into a tag: `Language: English` is `language:english`, and a bare word such as
 * `Image Editing` becomes `topic:image-editing`. `null` when nothing usable is left.
 */
export function normalizeTag(text: string): string | null {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const colon = folded.indexOf(':')
  const key = colon < 0 ? 'topic' : dashed(folded.slice(0, colon), /[^a-z0-9-]+/g).slice(0, 32)
  const value = dashed(folded.slice(colon + 1), /[^a-z0-9._+#/-]+/g)
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
  const tag = `${key}:${value}`
  return parseTag(tag) ? tag : null
}

function dashed(text: string, forbidden: RegExp): string {
  return text
    .trim()
    .replace(forbidden, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '')
}
