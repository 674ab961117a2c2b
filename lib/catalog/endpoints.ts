/** The catalogue's part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint, integerParameter } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  categoryCountSchema,
  dependentsPageSchema,
  marketplaceHomeSchema,
  ownReviewSchema,
  packagePageSchema,
  registryPackageSchema,
  resolvedVersionSchema,
  reviewInputSchema,
  reviewStateSchema,
  storePageSchema,
} from './schemas.ts'

const handleParams = z.object({ namespace: lookupNameSchema, name: lookupNameSchema })
/** Of what everybody gets: shared caches keep it for a minute, and it is called back when it changes. */
const PUBLIC_ETAG = { etag: { description: 'Strong; where everybody may see the package' } }
const NOT_MODIFIED = { status: 304, description: 'Not modified' } as const
const versionParameter = z
  .string()
  .min(1)
  .max(256)
  .describe('Exact, `latest`, or a semver range such as `^1.2`')

export const getHomeEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace/home',
  operationId: 'getMarketplaceHome',
  summary: 'The shelves of the home page',
  description: 'Computed every few minutes; `refreshedAt` says when.',
  tags: ['Marketplace'],
  access: 'public',
  query: z.object({}),
  responses: [{ status: 200, description: 'Shelves and category counts', schema: marketplaceHomeSchema }],
  problems: [],
  cache: 'featured',
})

export const listCategoriesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/categories',
  operationId: 'listCategories',
  summary: 'Categories with how many packages each lists',
  tags: ['Marketplace'],
  access: 'public',
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'All active categories in display order',
      schema: z.object({ items: z.array(categoryCountSchema), meta: z.object({ total: z.int() }) }),
    },
  ],
  problems: [],
  cache: 'categories',
})

export const getStoreEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/stores/{slug}',
  operationId: 'getStore',
  summary: 'A public store with its packages',
  tags: ['Marketplace'],
  access: 'public',
  params: z.object({ slug: z.string().toLowerCase().max(64) }),
  query: z.object({}),
  responses: [{ status: 200, description: 'The store', schema: storePageSchema }],
  problems: ['not_found'],
  cache: 'hot',
})

export const getPackageEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/packages/{namespace}/{name}',
  operationId: 'getPackage',
  summary: 'Everything the package page shows',
  description:
    'Owners and operators also see what is not on the shelf. What everybody may see is the same for everybody: shared caches keep it for a minute.',
  tags: ['Marketplace'],
  access: 'optional',
  params: handleParams,
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'The package',
      schema: packagePageSchema,
      headers: PUBLIC_ETAG,
    },
    NOT_MODIFIED,
  ],
  problems: ['not_found'],
  cache: 'private',
})

export const getRegistryPackageEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/packages/{namespace}/{name}',
  operationId: 'getRegistryPackage',
  summary: 'A package with its versions, newest first',
  tags: ['Registry'],
  access: 'optional',
  params: handleParams,
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'Card, versions and latest',
      schema: registryPackageSchema,
      headers: PUBLIC_ETAG,
    },
    NOT_MODIFIED,
  ],
  problems: ['not_found'],
  cache: 'private',
})

export const getVersionEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/packages/{namespace}/{name}/{version}',
  operationId: 'getVersion',
  summary: 'One version, or the one that `latest` or a range means',
  tags: ['Registry'],
  access: 'optional',
  params: handleParams.extend({ version: versionParameter }),
  query: z.object({}),
  responses: [
    { status: 200, description: 'The version', schema: resolvedVersionSchema, headers: PUBLIC_ETAG },
    NOT_MODIFIED,
  ],
  problems: ['not_found', 'gone', 'insufficient_scope'],
  cache: 'private',
})

export const listDependentsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/packages/{namespace}/{name}/dependents',
  operationId: 'listDependents',
  summary: 'Packages whose latest version needs this one, most popular first',
  tags: ['Registry'],
  access: 'optional',
  params: handleParams,
  query: z.object({
    limit: integerParameter({ min: 1, max: 100 }).default(24),
    cursor: z.string().max(2048).optional(),
  }),
  responses: [
    { status: 200, description: 'One page of them', schema: dependentsPageSchema, headers: PUBLIC_ETAG },
    NOT_MODIFIED,
  ],
  problems: ['not_found', 'insufficient_scope'],
  cache: 'private',
})

export const downloadManifestEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/packages/{namespace}/{name}/{version}/download',
  operationId: 'downloadManifest',
  summary: 'The exact bytes of a version',
  description:
    '`version` is exact, `latest`, or a semver range; the latter two redirect to the exact one. Paid packages need an entitlement.',
  tags: ['Registry'],
  access: 'optional',
  servesUnchecked: true,
  params: handleParams.extend({ version: versionParameter }),
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'The manifest as it was published',
      contentType: 'text/yaml; charset=utf-8',
      headers: {
        etag: { description: 'Strong: the hexadecimal SHA-256 of the bytes, which are sent as they are' },
        digest: { description: 'RFC 3230: sha-256 in base64' },
        'content-disposition': { description: 'attachment; filename="{name}-{version}.yaml"' },
      },
    },
    {
      status: 302,
      description: 'To the exact version',
      headers: { location: { description: 'The same address with the exact version' } },
    },
    { status: 304, description: 'Not modified' },
  ],
  problems: ['not_found', 'gone', 'unauthenticated', 'payment_required', 'insufficient_scope'],
  cache: 'private',
})

export const downloadFileEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/packages/{namespace}/{name}/{version}/files/{file}',
  operationId: 'downloadFile',
  summary: 'A file of a version',
  description:
    'Whoever may download the manifest may download its files. `version` is exact, `latest`, or a semver range. One byte range can be asked for; of several the whole file is sent.',
  tags: ['Registry'],
  access: 'optional',
  servesUnchecked: true,
  params: handleParams.extend({ version: z.string().min(1).max(256), file: z.string().min(1).max(128) }),
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'The whole file',
      contentType: 'application/octet-stream',
      headers: {
        etag: { description: 'Strong: the hexadecimal SHA-256 of the file' },
        digest: { description: 'RFC 3230: sha-256 of the whole file in base64' },
        'accept-ranges': { description: 'bytes' },
        'content-disposition': { description: 'attachment; filename="{file}"' },
      },
    },
    {
      status: 206,
      description: 'The range that was asked for',
      contentType: 'application/octet-stream',
      headers: { 'content-range': { description: 'bytes {first}-{last}/{size}' } },
    },
    {
      status: 302,
      description: 'To the exact version',
      headers: { location: { description: 'The same address with the exact version' } },
    },
    { status: 304, description: 'Not modified' },
  ],
  problems: [
    'not_found',
    'unauthenticated',
    'payment_required',
    'insufficient_scope',
    'range_not_satisfiable',
  ],
  cache: 'private',
})

export const writeReviewEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/packages/{namespace}/{name}/review',
  operationId: 'writeReview',
  summary: 'Write or replace your review',
  description: 'One a person. Of a paid package only those who have it may; nobody reviews their own.',
  tags: ['Marketplace'],
  access: 'signed-in',
  params: handleParams,
  query: z.object({}),
  body: { contentType: 'application/json', schema: reviewInputSchema },
  responses: [{ status: 200, description: 'The review as it is now', schema: ownReviewSchema }],
  problems: ['not_found', 'own_package', 'payment_required', 'forbidden'],
  cache: 'private',
})

export const getReviewEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/packages/{namespace}/{name}/review',
  operationId: 'getOwnReview',
  summary: 'Your review of a package, and whether you may write one',
  tags: ['Marketplace'],
  access: 'optional',
  params: handleParams,
  query: z.object({}),
  responses: [{ status: 200, description: 'What you wrote, if anything', schema: reviewStateSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const deleteReviewEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/packages/{namespace}/{name}/review',
  operationId: 'deleteReview',
  summary: 'Take your review back',
  tags: ['Marketplace'],
  access: 'signed-in',
  params: handleParams,
  query: z.object({}),
  responses: [{ status: 204, description: 'It is gone' }],
  problems: ['not_found', 'forbidden'],
  cache: 'private',
})

export const catalogEndpoints = [
  getHomeEndpoint,
  listCategoriesEndpoint,
  getStoreEndpoint,
  getPackageEndpoint,
  getRegistryPackageEndpoint,
  getVersionEndpoint,
  listDependentsEndpoint,
  downloadManifestEndpoint,
  downloadFileEndpoint,
  getReviewEndpoint,
  writeReviewEndpoint,
  deleteReviewEndpoint,
]
