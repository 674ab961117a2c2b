/**
 * Owns the one table of how long an answer may be reused, by browsers and by shared caches. Client-safe.
 * Anything that depends on who asks is `private`.
 */

const POLICIES = {
  private: null,
  hot: { freshSeconds: 60 },
  featured: { freshSeconds: 120 },
  categories: { freshSeconds: 300 },
  /** Changes only with a deployment. */
  document: { freshSeconds: 300 },
} as const satisfies Record<string, { freshSeconds: number } | null>

export type CachePolicy = keyof typeof POLICIES

const STALE_WHILE_REVALIDATE_FACTOR = 5
const STALE_IF_ERROR_SECONDS = 24 * 60 * 60

/** The `Cache-Control` header of a policy. */
export function cacheControl(policy: CachePolicy): string {
  const entry = POLICIES[policy]
  if (entry === null) return 'no-store'
  const { freshSeconds } = entry
  return [
    'public',
    `max-age=${freshSeconds}`,
    `s-maxage=${freshSeconds}`,
    `stale-while-revalidate=${freshSeconds * STALE_WHILE_REVALIDATE_FACTOR}`,
    `stale-if-error=${STALE_IF_ERROR_SECONDS}`,
  ].join(', ')
}

/**
 * The same for a page: shared caches keep it, browsers ask again, since what somebody changes they look at next.
 */
export function pageCacheControl(policy: CachePolicy): string {
  return cacheControl(policy).replace(/max-age=\d+/, 'max-age=0')
}
