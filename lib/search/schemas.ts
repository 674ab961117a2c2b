/** Shapes of searching the catalogue. Client-safe. */
import { z } from 'zod'
import { packageCardSchema } from '#lib/catalog/schemas'
import { integerParameter } from '#lib/http/endpoint'
import { kindSchema } from '#lib/kernel/kind'
import { tagSchema } from '#lib/kernel/tag'
import {
  OFFSET_MAX,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  PRICE_NAMES,
  Q_MAX_LENGTH,
  RATING_MAX,
  REGISTRY_URL_MAX_LENGTH,
  SLUG_MAX_LENGTH,
  SLUG_PATTERN,
  SORT_NAMES,
  SUGGEST_MAX_LENGTH,
  TAGS_MAX,
} from './limits.ts'

export const marketplaceSortSchema = z.enum(SORT_NAMES)
export type MarketplaceSort = z.infer<typeof marketplaceSortSchema>

const slugSchema = z.string().max(SLUG_MAX_LENGTH).regex(SLUG_PATTERN, 'Write a slug such as developer-tools')

export const marketplaceQuerySchema = z.strictObject({
  q: z.string().trim().max(Q_MAX_LENGTH).optional().describe('Words to look for'),
  tags: z.array(tagSchema).max(TAGS_MAX).default([]).describe('Repeatable key:value; all must match'),
  kind: kindSchema.optional(),
  category: slugSchema.optional(),
  seller: slugSchema.optional().describe('Store slug'),
  registryUrl: z
    .string()
    .max(REGISTRY_URL_MAX_LENGTH)
    .optional()
    .describe('Registry address, or `local`; compared normalised'),
  price: z.enum(PRICE_NAMES).optional(),
  rating: integerParameter({ min: 1, max: RATING_MAX }).optional().describe('At least so many stars'),
  sort: marketplaceSortSchema.optional().describe('Default: relevance with q, else hot'),
  limit: integerParameter({ min: 1, max: PAGE_SIZE_MAX }).default(PAGE_SIZE_DEFAULT),
  offset: integerParameter({ min: 0, max: 1_000_000_000 })
    .refine((offset) => offset <= OFFSET_MAX, `Above ${OFFSET_MAX} use the cursor of the page before`)
    .optional(),
  cursor: z.string().optional().describe('`nextCursor` of the page before'),
  explain: z.literal('1').optional().describe('Operators only: the parts of each score'),
})
export type MarketplaceQuery = z.infer<typeof marketplaceQuerySchema>

export const tagCountSchema = z
  .object({ key: z.string(), value: z.string(), count: z.int() })
  .meta({ id: 'TagCount' })
export type TagCount = z.infer<typeof tagCountSchema>

const facetCountSchema = z.object({ value: z.string(), count: z.int() })

export const facetCountsSchema = z
  .object({
    kinds: z.array(facetCountSchema),
    categories: z.array(facetCountSchema),
    prices: z.array(facetCountSchema),
    ratings: z.array(facetCountSchema).describe('Value n: at least n stars'),
    tags: z.array(tagCountSchema),
  })
  .meta({ id: 'FacetCounts' })
export type FacetCounts = z.infer<typeof facetCountsSchema>

export const marketplacePageSchema = z
  .object({
    items: z.array(packageCardSchema),
    meta: z.object({
      total: z.int(),
      totalIsExact: z.boolean(),
      limit: z.int(),
      offset: z.int(),
      nextCursor: z.string().nullable(),
      tags: z
        .array(tagCountSchema)
        .describe(
          'Tags of everything that matches, most used first, at most 100; empty on pages after a cursor',
        ),
      facets: facetCountsSchema.describe(
        'Counts within what matches; exact when the total is, else estimated',
      ),
      incomplete: z.boolean().describe('The time budget ran out: there may be more than this'),
      corrections: z
        .array(z.object({ from: z.string(), to: z.string() }))
        .describe('Words that nobody uses and what was looked for as well'),
      scores: z
        .array(z.record(z.string(), z.number()))
        .optional()
        .describe('With explain=1, one for each item; empty for what follows in the order of popularity'),
      catalog: z.enum(['db', 'live', 'db_fallback']),
    }),
  })
  .meta({ id: 'MarketplacePage' })
export type MarketplacePage = z.infer<typeof marketplacePageSchema>

export const suggestQuerySchema = z.strictObject({
  q: z.string().max(SUGGEST_MAX_LENGTH).describe('What has been typed so far'),
})

export const suggestionsSchema = z
  .object({
    queries: z.array(z.string()).describe('Popular searches that begin so'),
    packages: z.array(packageCardSchema),
    tags: z.array(tagCountSchema),
    incomplete: z.boolean().optional().describe('There was no time to find out more'),
  })
  .meta({ id: 'Suggestions' })
export type Suggestions = z.infer<typeof suggestionsSchema>

const popularSearchSchema = z.object({ query: z.string(), searchCount: z.int(), isTrending: z.boolean() })
export type PopularSearch = z.infer<typeof popularSearchSchema>

export const trendingSchema = z
  .object({ trending: z.array(popularSearchSchema), popular: z.array(popularSearchSchema) })
  .meta({ id: 'Trending' })
export type Trending = z.infer<typeof trendingSchema>

export const rememberSearchSchema = z.strictObject({ query: z.string().trim().min(1).max(Q_MAX_LENGTH) })

export const searchHistorySchema = z
  .object({
    items: z.array(z.object({ id: z.int(), query: z.string(), createdAt: z.iso.datetime() })),
    meta: z.object({ isKept: z.boolean() }),
  })
  .meta({ id: 'SearchHistory' })
export type SearchHistory = z.infer<typeof searchHistorySchema>

export const keepHistorySchema = z.strictObject({ isKept: z.boolean() })

export const indexStateSchema = z
  .object({
    id: z.int(),
    builtRows: z.int(),
    totalRows: z.int(),
    builtPackages: z.int().describe('Packages here that were read anew; entries are compiled after that'),
    totalPackages: z.int(),
    isRunning: z.boolean(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'IndexState' })
export type IndexState = z.infer<typeof indexStateSchema>
