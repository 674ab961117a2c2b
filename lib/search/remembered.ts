/**
 * Owns what searching remembers for a while in this process: estimates, which are flagged as such wherever they are shown,
 * and suggestions,
 * as long as nothing changed. Never which entries match: a changed one is found at once.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { processWide } from '#lib/platform/process-wide'
import type { FacetCounts } from './facets.ts'
import type { Suggestions } from './schemas.ts'

const ESTIMATE_MS = 60_000
const SUGGESTIONS_MS = 15_000

export interface Estimate {
  total: number
  isExact: boolean
  facets: FacetCounts
}

/** Of searches with more matches than are counted, by what rows must hold. */
export const estimates = processWide(
  'search-estimates',
  () => new LRUCache<string, Estimate>({ max: 2_000, ttl: ESTIMATE_MS }),
)

export interface Remembered {
  suggestions: Suggestions
  /** What the database had seen when they were made. */
  snapshot: string
}

/** By the text typed. Good only while what is listed has not changed since their snapshot. */
export const rememberedSuggestions = processWide(
  'search-suggestions',
  () => new LRUCache<string, Remembered>({ max: 5_000, ttl: SUGGESTIONS_MS }),
)
