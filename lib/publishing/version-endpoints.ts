/** The part of the HTTP contract that retires what was published: yank, deprecate, delete. Client-safe. */
import { z } from 'zod'
import { packageDetailSchema } from '#lib/catalog/schemas'
import { defineEndpoint } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  changedVersionSchema,
  deleteVersionSchema,
  deprecateSchema,
  versionTombstoneSchema,
  yankSchema,
} from './schemas.ts'

const packageParams = z.object({ namespace: lookupNameSchema, name: lookupNameSchema })
const versionParams = packageParams.extend({ version: z.string().min(1).max(128) })
const changed = [
  { status: 200, description: 'The version as it is now', schema: changedVersionSchema },
] as const
const ofOwner = {
  tags: ['Registry'],
  access: 'signed-in',
  scope: 'yank',
  problems: ['not_found', 'namespace_not_owned', 'insufficient_scope', 'store_suspended'],
  cache: 'private',
} as const

export const yankVersionEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/{version}/yank',
  operationId: 'yankVersion',
  summary: 'Take a version out of what `latest` and ranges mean',
  description: 'It stays downloadable by its exact number.',
  params: versionParams,
  body: { contentType: 'application/json', schema: yankSchema, isOptional: true },
  responses: changed,
})

export const unyankVersionEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/{version}/unyank',
  operationId: 'unyankVersion',
  summary: 'Put a yanked version back',
  params: versionParams,
  responses: changed,
})

export const deprecateVersionEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/{version}/deprecate',
  operationId: 'deprecateVersion',
  summary: 'Advise against a version',
  description: 'It resolves and downloads as before; people are told, and what to use instead.',
  params: versionParams,
  body: { contentType: 'application/json', schema: deprecateSchema },
  responses: changed,
})

export const undeprecateVersionEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/{version}/undeprecate',
  operationId: 'undeprecateVersion',
  summary: 'Take the advice against a version back',
  params: versionParams,
  responses: changed,
})

export const deprecatePackageEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/deprecate',
  operationId: 'deprecatePackage',
  summary: 'Advise against a whole package',
  params: packageParams,
  body: { contentType: 'application/json', schema: deprecateSchema },
  responses: [{ status: 200, description: 'The package as it is now', schema: packageDetailSchema }],
})

export const undeprecatePackageEndpoint = defineEndpoint({
  ...ofOwner,
  method: 'POST',
  path: '/api/v1/packages/{namespace}/{name}/undeprecate',
  operationId: 'undeprecatePackage',
  summary: 'Take the advice against a package back',
  params: packageParams,
  responses: [{ status: 200, description: 'The package as it is now', schema: packageDetailSchema }],
})

export const deleteVersionEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/v1/packages/{namespace}/{name}/{version}',
  operationId: 'deleteVersion',
  summary: 'Delete a version and its bytes',
  description: 'For what must not be kept. Its number stays, with the reason, and is never used again.',
  tags: ['Operator'],
  access: 'operator',
  params: versionParams,
  body: { contentType: 'application/json', schema: deleteVersionSchema },
  responses: [{ status: 200, description: 'What is left of it', schema: versionTombstoneSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const versionEndpoints = [
  yankVersionEndpoint,
  unyankVersionEndpoint,
  deprecateVersionEndpoint,
  undeprecateVersionEndpoint,
  deprecatePackageEndpoint,
  undeprecatePackageEndpoint,
  deleteVersionEndpoint,
]
