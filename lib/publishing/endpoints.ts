/** The selling and publishing part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { packageCardSchema } from '#lib/catalog/schemas'
import { defineEndpoint } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  claimNamespaceSchema,
  namespaceSchema,
  openStoreSchema,
  publishedVersionSchema,
  storeSchema,
  updatePackageSchema,
} from './schemas.ts'

/** A manifest is at most 64 KiB; the rest is room for the multipart wrapping. */
const PUBLISH_MAX_BYTES = 96 * 1024

export const openStoreEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/stores',
  operationId: 'openStore',
  summary: 'Open a store, once per person',
  tags: ['Selling'],
  access: 'signed-in',
  body: { contentType: 'application/json', schema: openStoreSchema },
  responses: [{ status: 201, description: 'The store', schema: storeSchema }],
  problems: ['store_exists', 'name_taken', 'forbidden'],
  cache: 'private',
})

export const claimNamespaceEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/namespaces',
  operationId: 'claimNamespace',
  summary: "Claim a namespace for the caller's store",
  tags: ['Selling'],
  access: 'signed-in',
  body: { contentType: 'application/json', schema: claimNamespaceSchema },
  responses: [{ status: 201, description: 'The namespace', schema: namespaceSchema }],
  problems: ['name_taken', 'store_required', 'forbidden'],
  cache: 'private',
})

export const publishVersionEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/v1/packages',
  operationId: 'publishVersion',
  summary: 'Publish a version',
  description:
    'The body is the manifest itself, or a multipart form with it as `file` and optionally `category`. The same bytes are served on download.',
  tags: ['Registry'],
  access: 'signed-in',
  scope: ['publish:new', 'publish:update'],
  query: z.object({ category: z.string().max(64).optional().describe('Category slug for the package') }),
  body: {
    contentTypes: ['application/yaml', 'text/yaml', 'application/x-yaml', 'multipart/form-data'],
    maxBytes: PUBLISH_MAX_BYTES,
    description: 'A manifest of at most 64 KiB',
  },
  responses: [{ status: 201, description: 'Published', schema: publishedVersionSchema }],
  problems: [
    'invalid_manifest',
    'version_exists',
    'namespace_not_owned',
    'insufficient_scope',
    'store_suspended',
    'kind_changed',
    'validation_failed',
    'payload_too_large',
  ],
  cache: 'private',
})

export const updatePackageEndpoint = defineEndpoint({
  method: 'PATCH',
  path: '/api/packages/{namespace}/{name}',
  operationId: 'updatePackage',
  summary: 'Change price, category or visibility',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
  body: { contentType: 'application/json', schema: updatePackageSchema },
  responses: [{ status: 200, description: 'The package as it is now', schema: packageCardSchema }],
  problems: ['not_found', 'forbidden', 'validation_failed'],
  cache: 'private',
})

export const publishingEndpoints = [
  openStoreEndpoint,
  claimNamespaceEndpoint,
  publishVersionEndpoint,
  updatePackageEndpoint,
]
