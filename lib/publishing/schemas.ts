/** Shapes of selling and publishing. Client-safe. */
import { z } from 'zod'
import {
  packageCardSchema,
  packageDetailSchema,
  versionFileSchema,
  versionSummarySchema,
} from '#lib/catalog/schemas'
import { checkClaimableName } from '#lib/kernel/handle'
import { claimableNameSchema } from '#lib/kernel/handle-schema'
import { priceSchema } from '#lib/kernel/money'
import { publishLogEntrySchema } from '#lib/kernel/publish-log'
import { integerParameter } from '#lib/http/endpoint'

/** A store's address: like a name, but with `-` alone, as it stands in a URL people read aloud. */
export const storeSlugSchema = z
  .string()
  .min(2, 'Use at least 2 characters')
  .max(64)
  .superRefine((text, context) => {
    const result = checkClaimableName(text)
    if (!result.ok) context.addIssue({ code: 'custom', message: result.message })
    else if (/[._]/.test(text)) context.addIssue({ code: 'custom', message: 'Use "-" between words.' })
  })

export const openStoreSchema = z.strictObject({
  slug: storeSlugSchema,
  name: z.string().trim().min(1, 'Give the store a name').max(80),
  description: z.string().trim().max(2000).default(''),
})
export type OpenStoreInput = z.infer<typeof openStoreSchema>

export const storeSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    status: z.enum(['pending', 'approved', 'rejected', 'suspended']),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Store' })
export type Store = z.infer<typeof storeSchema>

export const claimNamespaceSchema = z.strictObject({ name: claimableNameSchema })

export const namespaceSchema = z
  .object({
    name: z.string(),
    store: z.object({ slug: z.string(), name: z.string() }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Namespace' })
export type Namespace = z.infer<typeof namespaceSchema>

const packageStatusSchema = z.enum(['pending', 'approved', 'rejected', 'quarantined'])

export const publishedVersionSchema = z
  .object({
    package: packageCardSchema.extend({ status: packageStatusSchema }),
    version: versionSummarySchema.pick({
      version: true,
      sha256: true,
      sizeBytes: true,
      isPrerelease: true,
      yanked: true,
      createdAt: true,
      files: true,
    }),
  })
  .meta({ id: 'PublishedVersion' })
export type PublishedVersion = z.infer<typeof publishedVersionSchema>

export const uploadSchema = versionFileSchema
  .extend({ expiresAt: z.iso.datetime().describe('Gone by then unless a version has taken it') })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof uploadSchema>

/** A file that a version takes over from the uploads: `{name}` or `{name}@{sha256}`. */
export const fileReferenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}(@[0-9a-f]{64})?$/, 'Write it as {name} or {name}@{sha256}')

export const updatePackageSchema = z
  .strictObject({
    price: priceSchema.extend({ currency: z.literal('USD') }).optional(),
    category: z.string().max(64).optional().describe('Category slug'),
    isAvailable: z.boolean().optional().describe('false takes the package off the shelf'),
  })
  .refine((changes) => Object.keys(changes).length > 0, { message: 'Name at least one change' })
export type UpdatePackageInput = z.infer<typeof updatePackageSchema>

const REASON_MAX_LENGTH = 500
const oneReason = z
  .string()
  .trim()
  .min(1, 'Say why')
  .max(REASON_MAX_LENGTH, `Use at most ${REASON_MAX_LENGTH} characters`)

export const yankSchema = z.strictObject({ reason: oneReason.optional().describe('Shown to people') })
export const deleteVersionSchema = z.strictObject({ reason: oneReason.describe('Stays with the number') })

export const deprecateSchema = z.strictObject({
  message: oneReason.describe('Shown to people'),
  useInstead: z
    .string()
    .trim()
    .toLowerCase()
    .max(300)
    .regex(/^[^/@\s]+\/[^/@\s]+(@[^@\s]+)?$/, 'Write namespace/name or namespace/name@version')
    .optional()
    .describe('namespace/name, or namespace/name@version'),
})
export type DeprecateInput = z.infer<typeof deprecateSchema>

export const changedVersionSchema = z
  .object({
    handle: z.string(),
    latest: z.string().nullable().describe('What `latest` means now'),
    version: versionSummarySchema,
  })
  .meta({ id: 'ChangedVersion' })
export type ChangedVersion = z.infer<typeof changedVersionSchema>

export const versionTombstoneSchema = z
  .object({ handle: z.string(), version: z.string(), reason: z.string(), latest: z.string().nullable() })
  .meta({ id: 'VersionTombstone' })
export type VersionTombstone = z.infer<typeof versionTombstoneSchema>

export const submitInputSchema = z
  .strictObject({
    note: z
      .string()
      .trim()
      .max(1000, 'Use at most 1000 characters.')
      .default('')
      .describe('What has changed; operators read it'),
  })
  .meta({ id: 'SubmitInput' })

/** What an operator decided, as the seller reads it; `submit` is the seller's own doing. */
const sellerDecisionSchema = z.object({
  action: z.enum(['submit', 'approve', 'reject', 'quarantine', 'release']),
  reason: z.string(),
  version: z.string().nullable(),
  decidedAt: z.iso.datetime(),
})
export type SellerDecision = z.infer<typeof sellerDecisionSchema>

/** What happened on one day in UTC, written YYYY-MM-DD. */
export interface DayCounts {
  day: string
  views: number
  downloads: number
  sales: number
}

export const memberRoleSchema = z.enum(['owner', 'maintainer'])
export type MemberRole = z.infer<typeof memberRoleSchema>

/** What part the caller has in something; `isOwn` says whether their own store sells it, so that price and money are theirs. */
const partSchema = z.object({ role: memberRoleSchema, isOwn: z.boolean() })

/** What a dashboard shows: the caller's store, and the namespaces and packages that they look after, of other stores too. */
export const sellerOverviewSchema = z.object({
  store: storeSchema.extend({ decisions: z.array(sellerDecisionSchema) }).nullable(),
  namespaces: z.array(
    partSchema.extend({ name: z.string(), store: z.object({ slug: z.string(), name: z.string() }) }),
  ),
  packages: z.array(
    packageDetailSchema.extend({
      ...partSchema.shape,
      status: packageStatusSchema,
      isAvailable: z.boolean(),
      storeStatus: storeSchema.shape.status,
    }),
  ),
})
export type SellerOverview = z.infer<typeof sellerOverviewSchema>

export const publishLogQuerySchema = z.strictObject({
  after: integerParameter({ min: 0, max: 1e14 }).default(0).describe('Position of the last entry you have'),
  limit: integerParameter({ min: 1, max: 1000 }).default(100),
})
export type PublishLogQuery = z.infer<typeof publishLogQuerySchema>

const logHeadSchema = z.object({ position: z.int(), hash: z.string() })

export const publishLogPageSchema = z
  .object({
    items: z.array(publishLogEntrySchema),
    meta: z.object({
      limit: z.int(),
      nextAfter: z.int().nullable().describe('The next `after`; null at the end'),
      head: logHeadSchema
        .nullable()
        .describe('The last entry there is: note it to prove later that nothing changed'),
    }),
  })
  .meta({ id: 'PublishLogPage' })
export type PublishLogPage = z.infer<typeof publishLogPageSchema>

const recipientSchema = z
  .string()
  .trim()
  .min(1, 'Name an email address or a store.')
  .max(254)
  .describe('An email address, or the address (slug) of a store')

/** What is offered to somebody, who accepts or declines: a part in a namespace, or all of it. */
export const offerInputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member'), to: recipientSchema, role: memberRoleSchema }),
  z.strictObject({ kind: z.literal('transfer'), to: recipientSchema }),
])
export type OfferInput = z.infer<typeof offerInputSchema>

export const answerOfferSchema = z.strictObject({ accepts: z.boolean() })
export const changeMemberSchema = z.strictObject({ role: memberRoleSchema })

const offerSchema = z.object({
  id: z.uuid(),
  kind: z.enum(['member', 'transfer']),
  role: memberRoleSchema.nullable(),
  expiresAt: z.iso.datetime(),
})

export const namespacePageSchema = z
  .object({
    name: z.string(),
    role: memberRoleSchema.describe('Yours'),
    isStoreOwner: z.boolean().describe('Whether the namespace is your store’s, so that you may give it away'),
    store: z.object({ slug: z.string(), name: z.string() }),
    members: z.array(
      z.object({
        userId: z.uuid(),
        displayName: z.string(),
        role: memberRoleSchema,
        isStoreOwner: z.boolean().describe('Stays an owner until the namespace is transferred'),
        isYou: z.boolean(),
      }),
    ),
    offers: z.array(offerSchema.extend({ to: z.string() })).describe('Open ones'),
  })
  .meta({ id: 'NamespacePage' })
export type NamespacePage = z.infer<typeof namespacePageSchema>

export const ownNamespacesSchema = z
  .object({
    namespaces: z.array(z.object({ name: z.string(), role: memberRoleSchema, store: z.string() })),
    offers: z
      .array(offerSchema.extend({ namespace: z.string(), from: z.string() }))
      .describe('Open ones, made to you'),
  })
  .meta({ id: 'OwnNamespaces' })
export type OwnNamespaces = z.infer<typeof ownNamespacesSchema>
