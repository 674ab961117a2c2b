/**
 * Shapes of the catalogue as clients see them: what goes in, what comes out.
 * Client-safe: no database, no server code. Source: the HTTP contract in docs/api.md.
 */
import { z } from 'zod'

export const packageKindSchema = z.enum(['agent', 'app', 'prompt', 'mcp-server'])
export type PackageKind = z.infer<typeof packageKindSchema>

export const productTypeSchema = z.enum(['house', 'seller'])

/** Integer minor units: 1200 USD is twelve dollars. An amount of 0 is free. */
export const moneySchema = z.object({ amount: z.int().min(0), currency: z.enum(['USD', 'CRD']) })

export const packageCardSchema = z.object({
  handle: z.string().describe('namespace/name'),
  name: z.string().describe('Display name'),
  summary: z.string(),
  kind: packageKindSchema,
  productType: productTypeSchema,
  price: moneySchema,
  category: z.object({ slug: z.string(), name: z.string() }),
  store: z.object({ slug: z.string(), name: z.string() }).nullable(),
  iconUrl: z.string().nullable(),
  latestVersion: z.string(),
  tags: z.array(z.string()).describe('key:value'),
  rating: z.object({ average: z.number(), count: z.int() }),
  soldCount: z.int(),
  viewCount: z.int(),
  downloadCount: z.int(),
  registry: z.string().describe('`local`, or the normalised address of the remote registry'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type PackageCard = z.infer<typeof packageCardSchema>

export const categoryCountSchema = z.object({
  slug: z.string(),
  name: z.string(),
  icon: z.string(),
  color: z.string(),
  productCount: z.int(),
})
export type CategoryCount = z.infer<typeof categoryCountSchema>
