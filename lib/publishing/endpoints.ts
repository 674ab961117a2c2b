/** The selling and publishing part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { packageDetailSchema } from '#lib/catalog/schemas'
import { defineEndpoint } from '#lib/http/endpoint'
import { ARTEFACT_MAX_BYTES, ARTEFACT_MAX_MEGABYTES, ARTEFACTS_MAX_PER_VERSION } from '#lib/kernel/artefact'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import { namespaceEndpoints } from './namespace-endpoints.ts'
import {
  claimNamespaceSchema,
  fileReferenceSchema,
  namespaceSchema,
  openStoreSchema,
  publishedVersionSchema,
  publishLogPageSchema,
  publishLogQuerySchema,
  storeSchema,
  submitInputSchema,
  updatePackageSchema,
  uploadSchema,
} from './schemas.ts'
import { versionEndpoints } from './version-endpoints.ts'

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
    'The body is the manifest itself, or a multipart form with it as `file` and optionally `category` and `files`. The same bytes are served on download.',
  tags: ['Registry'],
  access: 'signed-in',
  scope: ['publish:new', 'publish:update'],
  query: z.object({
    category: z.string().max(64).optional().describe('Category slug for the package'),
    files: z
      .array(fileReferenceSchema)
      .max(ARTEFACTS_MAX_PER_VERSION)
      .optional()
      .describe('Uploads that the version takes over, each `{name}` or `{name}@{sha256}`'),
  }),
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
    'unknown_dependency',
    'dependency_cycle',
    'validation_failed',
    'payload_too_large',
    'rate_limited',
    'unavailable',
  ],
  cache: 'private',
})

const uploadPath = z.object({
  namespace: lookupNameSchema,
  name: lookupNameSchema,
  version: z.string().min(1).max(128),
})

export const uploadFileEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/v1/uploads/{namespace}/{name}/{version}/{file}',
  operationId: 'uploadFile',
  summary: 'Upload a file for a version that is still to be published',
  description: `An archive (tar, zip, gzip, xz, zstandard, bzip2) of at most ${ARTEFACT_MAX_MEGABYTES} MiB, as the bare body. Publishing the version with \`files\` takes it over; until then it is yours alone and can be sent again. It waits a day. With a \`Digest\` header other bytes are refused.`,
  tags: ['Registry'],
  access: 'signed-in',
  scope: ['publish:new', 'publish:update'],
  params: uploadPath.extend({ file: z.string().min(1).max(128) }),
  query: z.object({}),
  body: {
    isStreamed: true,
    contentTypes: [
      'application/octet-stream',
      'application/gzip',
      'application/x-gzip',
      'application/x-compressed-tar',
      'application/zip',
      'application/x-zip-compressed',
      'application/x-tar',
      'application/x-xz',
      'application/zstd',
      'application/x-bzip2',
    ],
    maxBytes: ARTEFACT_MAX_BYTES,
    description: 'The bytes of the file',
  },
  responses: [{ status: 201, description: 'The upload', schema: uploadSchema }],
  problems: [
    'namespace_not_owned',
    'store_suspended',
    'version_exists',
    'conflict',
    'validation_failed',
    'quota_exceeded',
    'upstream_failed',
  ],
  cache: 'private',
})

export const listUploadsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/uploads/{namespace}/{name}/{version}',
  operationId: 'listUploads',
  summary: "The caller's uploads that wait for a version",
  tags: ['Registry'],
  access: 'signed-in',
  scope: ['publish:new', 'publish:update'],
  params: uploadPath,
  query: z.object({}),
  responses: [
    {
      status: 200,
      description: 'By name',
      schema: z.object({ items: z.array(uploadSchema), meta: z.object({ total: z.int() }) }),
    },
  ],
  problems: [],
  cache: 'private',
})

export const deleteUploadEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/v1/uploads/{namespace}/{name}/{version}/{file}',
  operationId: 'deleteUpload',
  summary: 'Delete an upload that waits for a version',
  tags: ['Registry'],
  access: 'signed-in',
  scope: ['publish:new', 'publish:update'],
  params: uploadPath.extend({ file: z.string().min(1).max(128) }),
  query: z.object({}),
  responses: [{ status: 204, description: 'Deleted' }],
  problems: ['not_found'],
  cache: 'private',
})

export const updatePackageEndpoint = defineEndpoint({
  method: 'PATCH',
  path: '/api/packages/{namespace}/{name}',
  operationId: 'updatePackage',
  summary: 'Change price, category or visibility',
  tags: ['Selling'],
  access: 'signed-in',
  scope: 'sell',
  params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
  body: { contentType: 'application/json', schema: updatePackageSchema },
  responses: [{ status: 200, description: 'The package as it is now', schema: packageDetailSchema }],
  problems: ['not_found', 'namespace_not_owned', 'validation_failed'],
  cache: 'private',
})

export const submitPackageEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/packages/{namespace}/{name}/submit',
  operationId: 'submitPackage',
  summary: 'Hand a rejected package in again',
  description: 'It waits for an operator again; the note says what has changed.',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
  query: z.object({}),
  body: { contentType: 'application/json', schema: submitInputSchema, isOptional: true },
  responses: [{ status: 204, description: 'It waits' }],
  problems: ['not_found', 'conflict', 'forbidden'],
  cache: 'private',
})

export const submitStoreEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/seller/store/submit',
  operationId: 'submitStore',
  summary: 'Hand your rejected store in again',
  tags: ['Selling'],
  access: 'signed-in',
  query: z.object({}),
  body: { contentType: 'application/json', schema: submitInputSchema, isOptional: true },
  responses: [{ status: 204, description: 'It waits' }],
  problems: ['not_found', 'conflict', 'forbidden'],
  cache: 'private',
})

export const readPublishLogEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/log',
  operationId: 'readPublishLog',
  summary: 'Everything published, yanked and deleted, as a hash chain',
  description:
    'Append-only, oldest first. The hash of an entry is the SHA-256 of these lines, joined by a line feed: `souk-log-1`, ' +
    'position, previousHash, createdAt, action, handle, version, sha256, actor.store, actor.kind, actor.commitment. ' +
    '`npm run log:verify` follows the chain. It names what waits for approval or is in quarantine, too: that a package ' +
    'exists is no secret here, whatever other addresses answer.',
  tags: ['Registry'],
  access: 'public',
  query: publishLogQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: publishLogPageSchema }],
  problems: [],
  cache: 'private',
})

export const publishingEndpoints = [
  ...namespaceEndpoints,
  readPublishLogEndpoint,
  openStoreEndpoint,
  claimNamespaceEndpoint,
  publishVersionEndpoint,
  uploadFileEndpoint,
  listUploadsEndpoint,
  deleteUploadEndpoint,
  updatePackageEndpoint,
  ...versionEndpoints,
  submitPackageEndpoint,
  submitStoreEndpoint,
]
