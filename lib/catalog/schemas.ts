/**
 * Shapes of the catalogue as clients see them. Client-safe: no database, no server code.
 */
import { z } from 'zod'
import { kindSchema } from '#lib/kernel/kind'
import { priceSchema } from '#lib/kernel/money'
import { REVIEW_MAX_LENGTH } from './rules.ts'

export const productTypeSchema = z.enum(['house', 'seller'])
const storeLinkSchema = z.object({ slug: z.string(), name: z.string() })
const timeSchema = z.iso.datetime()

export const deprecationSchema = z
  .object({
    message: z.string(),
    useInstead: z.string().nullable().describe('namespace/name, perhaps with @version'),
  })
  .meta({ id: 'Deprecation', description: 'Advice against new use; it resolves and downloads as before' })

export const packageCardSchema = z
  .object({
    handle: z.string().describe('namespace/name'),
    name: z.string().describe('Display name'),
    summary: z.string(),
    kind: kindSchema,
    productType: productTypeSchema,
    price: priceSchema.describe('An amount of 0 is free'),
    category: z.object({ slug: z.string(), name: z.string() }),
    store: storeLinkSchema.nullable(),
    iconUrl: z.string().nullable(),
    latestVersion: z.string(),
    deprecation: deprecationSchema.nullish(),
    tags: z.array(z.string()).describe('key:value'),
    rating: z.object({ average: z.number(), count: z.int() }),
    soldCount: z.int(),
    viewCount: z.int(),
    downloadCount: z.int(),
    registry: z.string().describe('`local`, or the address of the remote registry'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'PackageCard' })
export type PackageCard = z.infer<typeof packageCardSchema>

export const categoryCountSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    icon: z.string(),
    color: z.string(),
    productCount: z.int(),
  })
  .meta({ id: 'CategoryCount' })
export type CategoryCount = z.infer<typeof categoryCountSchema>

/** A category on its own page. */
export interface CategoryDetail extends CategoryCount {
  description: string
}

export const marketplaceHomeSchema = z
  .object({
    hot: z.array(packageCardSchema),
    topRated: z.array(packageCardSchema),
    newArrivals: z.array(packageCardSchema),
    featured: z.array(packageCardSchema),
    categories: z.array(categoryCountSchema),
    refreshedAt: timeSchema.nullable().describe('When the shelves were last computed'),
  })
  .meta({ id: 'MarketplaceHome' })
export type MarketplaceHome = z.infer<typeof marketplaceHomeSchema>

export const versionFileSchema = z
  .object({
    name: z.string(),
    sizeBytes: z.int(),
    sha256: z.string().describe('Hexadecimal SHA-256 of the file'),
    mediaType: z.string(),
  })
  .meta({ id: 'VersionFile' })
export type VersionFile = z.infer<typeof versionFileSchema>

export const versionSummarySchema = z
  .object({
    version: z.string(),
    sha256: z.string().describe('Hexadecimal SHA-256 of the manifest bytes'),
    sizeBytes: z.int(),
    isPrerelease: z.boolean(),
    yanked: z.boolean(),
    yankReason: z.string().nullable(),
    dependencies: z.record(z.string(), z.string()).describe('Handle to semver range'),
    files: z.array(versionFileSchema).describe('Beside the manifest, by name'),
    deprecation: deprecationSchema.nullable(),
    createdAt: timeSchema,
  })
  .meta({ id: 'VersionSummary' })
export type VersionSummary = z.infer<typeof versionSummarySchema>

const deletedVersionSchema = z
  .object({ version: z.string(), reason: z.string(), deletedAt: timeSchema })
  .meta({ id: 'DeletedVersion', description: 'The number of a version that an operator deleted' })
export type DeletedVersion = z.infer<typeof deletedVersionSchema>

/** A package on its own, which may have nothing that resolves as latest. */
export const packageDetailSchema = packageCardSchema.extend({
  latestVersion: z.string().nullable().describe('Null when every version was yanked'),
})
export type PackageDetail = z.infer<typeof packageDetailSchema>

export const packagePageSchema = packageDetailSchema
  .extend({
    status: z.enum(['pending', 'approved', 'rejected', 'quarantined']),
    isAvailable: z.boolean(),
    license: z.string().nullable(),
    homepage: z.string().nullable(),
    repository: z.string().nullable(),
    readme: z.string().nullable().describe('Markdown, unsafe until sanitised'),
    capabilities: z.array(z.string()),
    tagDetails: z.array(
      z.object({ key: z.string(), value: z.string(), source: z.enum(['author', 'manual', 'auto']) }),
    ),
    versions: z.array(versionSummarySchema).describe('Newest first by semver precedence'),
    deletedVersions: z.array(deletedVersionSchema),
    reviews: z.array(
      z.object({ author: z.string(), rating: z.int(), body: z.string(), createdAt: timeSchema }),
    ),
    related: z.array(packageCardSchema),
  })
  .meta({ id: 'PackagePage' })
export type PackagePage = z.infer<typeof packagePageSchema>

export const reviewInputSchema = z
  .strictObject({
    rating: z.int('Choose one to five stars.').min(1, 'Choose one to five stars.').max(5),
    body: z
      .string()
      .trim()
      .max(REVIEW_MAX_LENGTH, `Use at most ${REVIEW_MAX_LENGTH} characters.`)
      .default(''),
  })
  .meta({ id: 'ReviewInput' })
export type ReviewInput = z.infer<typeof reviewInputSchema>

export const ownReviewSchema = z
  .object({ handle: z.string(), rating: z.int(), body: z.string() })
  .meta({ id: 'OwnReview' })
export type OwnReview = z.infer<typeof ownReviewSchema>

export const reviewStateSchema = z
  .object({
    standing: z
      .enum(['open', 'signed-out', 'own', 'locked', 'closed'])
      .describe('`own`: by the caller’s store; `locked`: must be bought first; `closed`: nobody may'),
    review: ownReviewSchema.nullable(),
  })
  .meta({ id: 'ReviewState' })
export type ReviewState = z.infer<typeof reviewStateSchema>
export type ReviewStanding = ReviewState['standing']

export const registryPackageSchema = packageDetailSchema
  .extend({
    versions: z.array(versionSummarySchema),
    deletedVersions: z.array(deletedVersionSchema),
    latest: z.string().nullable(),
  })
  .meta({ id: 'RegistryPackage' })
export type RegistryPackage = z.infer<typeof registryPackageSchema>

export const resolvedVersionSchema = versionSummarySchema
  .extend({ handle: z.string(), latest: z.string().nullable() })
  .meta({ id: 'ResolvedVersion' })
export type ResolvedVersion = z.infer<typeof resolvedVersionSchema>

export const dependentsPageSchema = z
  .object({
    items: z.array(packageCardSchema.extend({ range: z.string().describe('The range that it accepts') })),
    meta: z.object({ total: z.int(), limit: z.int(), nextCursor: z.string().nullable() }),
  })
  .meta({ id: 'DependentsPage' })
export type DependentsPage = z.infer<typeof dependentsPageSchema>

export const storePageSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    productType: productTypeSchema,
    createdAt: timeSchema,
    packageCount: z.int(),
    packages: z.array(packageCardSchema).describe('The 100 hottest'),
  })
  .meta({ id: 'StorePage' })
export type StorePage = z.infer<typeof storePageSchema>
