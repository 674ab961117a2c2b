/** Shapes of what operators decide about stores and packages. Client-safe. */
import { z } from 'zod'
import {
  type DeletedVersion,
  packageCardSchema,
  packageDetailSchema,
  type VersionSummary,
} from '#lib/catalog/schemas'
import { integerParameter } from '#lib/http/endpoint'
import { moneySchema } from '#lib/kernel/money'
import { REASON_MAX_LENGTH } from './limits.ts'

const PAGE_SIZE_MAX = 100

export const packageStatusSchema = z.enum(['pending', 'approved', 'rejected', 'quarantined'])
export const storeStatusSchema = z.enum(['pending', 'approved', 'rejected', 'suspended'])
export const decisionActionSchema = z.enum(['approve', 'reject', 'quarantine', 'release'])
export type DecisionAction = z.infer<typeof decisionActionSchema>

export const decisionInputSchema = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .max(REASON_MAX_LENGTH, `Use at most ${REASON_MAX_LENGTH} characters.`)
      .default('')
      .describe('The seller reads it'),
  })
  .meta({ id: 'DecisionInput' })

export const decisionSchema = z
  .object({
    action: z.enum(['submit', ...decisionActionSchema.options]),
    fromStatus: z.string(),
    toStatus: z.string(),
    reason: z.string(),
    version: z.string().nullable().describe('The latest version when it was decided'),
    decidedAt: z.iso.datetime(),
    decidedBy: z.string().nullable().optional().describe('The name of the person; operators alone see it'),
  })
  .meta({ id: 'Decision' })
export type Decision = z.infer<typeof decisionSchema>

export const packageDossierSchema = z
  .object({
    type: z.literal('package'),
    handle: z.string(),
    name: z.string(),
    summary: z.string(),
    kind: packageCardSchema.shape.kind,
    status: packageStatusSchema,
    isAvailable: z.boolean(),
    latestVersion: z.string().nullable(),
    iconUrl: z.string().nullable(),
    price: moneySchema,
    store: z.object({ slug: z.string(), name: z.string(), status: storeStatusSchema }),
    submittedAt: z.iso.datetime(),
    lastDecision: decisionSchema.nullable(),
  })
  .meta({ id: 'PackageDossier' })
export type PackageDossier = z.infer<typeof packageDossierSchema>

export const storeDossierSchema = z
  .object({
    type: z.literal('store'),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    status: storeStatusSchema,
    productType: z.enum(['house', 'seller']),
    owner: z.string().nullable(),
    namespaces: z.array(z.string()),
    packageCount: z.int(),
    createdAt: z.iso.datetime(),
    submittedAt: z.iso.datetime(),
    lastDecision: decisionSchema.nullable(),
  })
  .meta({ id: 'StoreDossier' })
export type StoreDossier = z.infer<typeof storeDossierSchema>

export const approvalSchema = z.discriminatedUnion('type', [packageDossierSchema, storeDossierSchema])
export type Approval = z.infer<typeof approvalSchema>

const pageLimit = integerParameter({ min: 1, max: PAGE_SIZE_MAX }).default(24)
const cursorText = z.string().max(2048).optional()

export const approvalsQuerySchema = z.object({
  type: z.enum(['package', 'store']).optional().describe('Left out: both'),
  limit: pageLimit,
  cursor: cursorText,
})
export type ApprovalsQuery = z.infer<typeof approvalsQuerySchema>

export const moderationCountsSchema = z.object({
  pendingPackages: z.int(),
  pendingStores: z.int(),
  quarantinedPackages: z.int(),
  suspendedStores: z.int(),
  waitingDisputes: z.int().describe('To be decided by an operator'),
})
export type ModerationCounts = z.infer<typeof moderationCountsSchema>

export const approvalListSchema = z
  .object({
    items: z.array(approvalSchema),
    meta: z.object({ total: z.int(), limit: z.int(), nextCursor: z.string().nullable() }),
  })
  .meta({ id: 'ApprovalList' })
export type ApprovalList = z.infer<typeof approvalListSchema>

/** What the lists of all packages and all stores may be asked. `q` is how a handle or an address begins. */
export const moderatedPackagesQuerySchema = z.object({
  status: packageStatusSchema.optional(),
  q: z.string().trim().toLowerCase().max(130).optional(),
  limit: pageLimit,
  cursor: cursorText,
})
export const moderatedStoresQuerySchema = moderatedPackagesQuerySchema.extend({
  status: storeStatusSchema.optional(),
})
export type ModeratedPackagesQuery = z.infer<typeof moderatedPackagesQuerySchema>
export type ModeratedStoresQuery = z.infer<typeof moderatedStoresQuerySchema>

export interface ModeratedList<Item> {
  items: Item[]
  nextCursor: string | null
}

export const moderatedPackageSchema = packageDetailSchema.extend({
  status: packageStatusSchema,
  isAvailable: z.boolean(),
})
export type ModeratedPackage = z.infer<typeof moderatedPackageSchema>

export const moderatedStoreSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    status: storeStatusSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'ModeratedStore' })
export type ModeratedStore = z.infer<typeof moderatedStoreSchema>

export type PackageCase = PackageDossier & {
  decisions: Decision[]
  /** Newest first by semver precedence. */
  versions: VersionSummary[]
  deletedVersions: DeletedVersion[]
}
export type StoreCase = StoreDossier & { decisions: Decision[]; packages: PackageDossier[] }
