/** The part of the HTTP contract by which several people look after one namespace. Client-safe. */
import { z } from 'zod'
import { defineEndpoint } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  answerOfferSchema,
  changeMemberSchema,
  namespacePageSchema,
  offerInputSchema,
  ownNamespacesSchema,
} from './schemas.ts'

const namespaceParams = z.object({ name: lookupNameSchema })

export const listNamespacesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/namespaces',
  operationId: 'listNamespaces',
  summary: 'The namespaces you look after, and what is offered to you',
  tags: ['Selling'],
  access: 'signed-in',
  query: z.object({}),
  responses: [{ status: 200, description: 'Yours', schema: ownNamespacesSchema }],
  problems: ['forbidden'],
  cache: 'private',
})

export const getNamespaceEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/namespaces/{name}',
  operationId: 'getNamespace',
  summary: 'Members and open offers of a namespace',
  description: 'Whoever does not look after it learns nothing, not even whether it exists.',
  tags: ['Selling'],
  access: 'signed-in',
  params: namespaceParams,
  query: z.object({}),
  responses: [{ status: 200, description: 'The namespace', schema: namespacePageSchema }],
  problems: ['not_found', 'forbidden'],
  cache: 'private',
})

export const offerNamespaceEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/namespaces/{name}/offers',
  operationId: 'offerNamespace',
  summary: 'Invite a member, or offer the namespace to another store',
  description: 'Nothing changes until the other side accepts; the offer expires after 14 days.',
  tags: ['Selling'],
  access: 'signed-in',
  params: namespaceParams,
  body: { contentType: 'application/json', schema: offerInputSchema },
  responses: [{ status: 201, description: 'The offer', schema: z.object({ id: z.uuid() }) }],
  problems: ['not_found', 'forbidden', 'conflict', 'validation_failed'],
  cache: 'private',
})

export const withdrawOfferEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/namespaces/{name}/offers/{id}',
  operationId: 'withdrawOffer',
  summary: 'Take back an offer that nobody has answered',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ name: lookupNameSchema, id: z.uuid() }),
  responses: [{ status: 204, description: 'Withdrawn' }],
  problems: ['not_found', 'forbidden'],
  cache: 'private',
})

export const answerOfferEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/namespace-offers/{id}',
  operationId: 'answerOffer',
  summary: 'Accept or decline what is offered to you',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ id: z.uuid() }),
  body: { contentType: 'application/json', schema: answerOfferSchema },
  responses: [
    { status: 200, description: 'Answered', schema: z.object({ name: z.string(), accepted: z.boolean() }) },
  ],
  problems: ['not_found', 'store_required', 'store_suspended'],
  cache: 'private',
})

export const changeMemberEndpoint = defineEndpoint({
  method: 'PATCH',
  path: '/api/namespaces/{name}/members/{userId}',
  operationId: 'changeMember',
  summary: 'Give a member another role',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ name: lookupNameSchema, userId: z.uuid() }),
  body: { contentType: 'application/json', schema: changeMemberSchema },
  responses: [{ status: 204, description: 'Changed' }],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const removeMemberEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/namespaces/{name}/members/{userId}',
  operationId: 'removeMember',
  summary: 'Remove a member, or leave',
  tags: ['Selling'],
  access: 'signed-in',
  params: z.object({ name: lookupNameSchema, userId: z.uuid() }),
  responses: [{ status: 204, description: 'Removed' }],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const namespaceEndpoints = [
  listNamespacesEndpoint,
  getNamespaceEndpoint,
  offerNamespaceEndpoint,
  withdrawOfferEndpoint,
  answerOfferEndpoint,
  changeMemberEndpoint,
  removeMemberEndpoint,
]
