/** The HTTP surface of accounts and API tokens. Client-safe: declarations only. */
import { z } from 'zod'
import { defineEndpoint } from '#lib/http/endpoint'
import {
  createdTokenSchema,
  createTokenInputSchema,
  notificationListSchema,
  notificationsQuerySchema,
  readNotificationsInputSchema,
  tokenListSchema,
  tokenParamsSchema,
  viewerAnswerSchema,
} from './schemas.ts'

export const listTokensEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/v1/tokens',
  operationId: 'listTokens',
  summary: 'List your API tokens',
  description: 'Newest first. Revoked tokens are left out, and expired ones a month after they ended.',
  tags: ['Tokens'],
  access: 'signed-in',
  scope: 'read',
  query: z.object({}),
  responses: [{ status: 200, description: 'Your tokens, without their secrets', schema: tokenListSchema }],
  problems: [],
  cache: 'private',
})

export const createTokenEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/v1/tokens',
  operationId: 'createToken',
  summary: 'Create an API token',
  description:
    'The secret is in this answer and nowhere else. Its form is `souk_[0-9A-Za-z]{49}`, the last six characters a ' +
    'checksum, so that scanners can find leaked ones. An API token cannot create tokens.',
  tags: ['Tokens'],
  access: 'signed-in',
  query: z.object({}),
  body: { contentType: 'application/json', schema: createTokenInputSchema },
  responses: [{ status: 201, description: 'The token with its secret', schema: createdTokenSchema }],
  problems: ['conflict'],
  cache: 'private',
})

export const revokeTokenEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/v1/tokens/{id}',
  operationId: 'revokeToken',
  summary: 'Revoke an API token',
  description: 'It stops working at once. Somebody else’s token is answered like one that does not exist.',
  tags: ['Tokens'],
  access: 'signed-in',
  params: tokenParamsSchema,
  query: z.object({}),
  responses: [{ status: 204, description: 'Revoked' }],
  problems: ['not_found'],
  cache: 'private',
})

export const listNotificationsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/notifications',
  operationId: 'listNotifications',
  summary: 'What happened that you should know',
  description: 'Newest first; kept for half a year.',
  tags: ['Notifications'],
  access: 'signed-in',
  query: notificationsQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: notificationListSchema }],
  problems: [],
  cache: 'private',
})

export const readNotificationsEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/notifications/read',
  operationId: 'readNotifications',
  summary: 'Mark notifications as read',
  description: 'Those named, or all. Somebody else’s are passed over.',
  tags: ['Notifications'],
  access: 'signed-in',
  query: z.object({}),
  body: { contentType: 'application/json', schema: readNotificationsInputSchema, isOptional: true },
  responses: [{ status: 204, description: 'They are read' }],
  problems: [],
  cache: 'private',
})

export const getViewerEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/viewer',
  operationId: 'getViewer',
  summary: 'Who is signed in',
  description:
    'What the frame of every page shows of its viewer. Public pages ask for it, so that they are the same for all.',
  tags: ['Tokens'],
  access: 'optional',
  query: z.object({}),
  responses: [{ status: 200, description: 'The viewer, or nobody', schema: viewerAnswerSchema }],
  problems: [],
  cache: 'private',
})

export const identityEndpoints = [
  getViewerEndpoint,
  listTokensEndpoint,
  createTokenEndpoint,
  revokeTokenEndpoint,
  listNotificationsEndpoint,
  readNotificationsEndpoint,
]
