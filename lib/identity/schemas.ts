/**
 * Shapes of accounts and API tokens: what goes in, what comes out. Client-safe: no database, no server code.
 */
import { z } from 'zod'
import { integerParameter } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  DISPLAY_NAME_MAX_LENGTH,
  PASSWORD_MAX_BYTES,
  PASSWORD_MIN_LENGTH,
  TOKEN_MAX_DAYS,
  TOKEN_NAME_MAX_LENGTH,
} from './limits.ts'

const emailSchema = z
  .string()
  .trim()
  .min(1, 'Enter your email address.')
  .max(254, 'This address is too long.')
  .pipe(z.email('This does not look like an email address.'))

export const newPasswordSchema = z
  .string()
  .min(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`)
  .refine((text) => new TextEncoder().encode(text).length <= PASSWORD_MAX_BYTES, {
    message: `Use at most ${PASSWORD_MAX_BYTES} bytes (fewer characters when they are not plain letters).`,
  })

const displayNameSchema = z
  .string()
  .trim()
  .min(1, 'Enter the name that others should see.')
  .max(DISPLAY_NAME_MAX_LENGTH, `Use at most ${DISPLAY_NAME_MAX_LENGTH} characters.`)

export const signUpInputSchema = z
  .object({ displayName: displayNameSchema, email: emailSchema, password: newPasswordSchema })
  .refine((input) => input.password.toLowerCase() !== input.email.toLowerCase(), {
    path: ['password'],
    message: 'Use a password that is not your email address.',
  })
export type SignUpInput = z.infer<typeof signUpInputSchema>

export const signInInputSchema = z.object({
  email: emailSchema,
  password: z.string().min(1, 'Enter your password.').max(1024, 'This password is too long.'),
})
export type SignInInput = z.infer<typeof signInInputSchema>

export const requestResetInputSchema = z.object({ email: emailSchema })

/** A reset link carries `tokenHash`, or `code` when it belongs to the browser that asked; never both. */
export const resetPasswordInputSchema = z.object({
  password: newPasswordSchema,
  tokenHash: z.string().max(512).optional(),
  code: z.string().max(512).optional(),
})
export type ResetPasswordInput = z.infer<typeof resetPasswordInputSchema>

export const updateProfileInputSchema = z.object({ displayName: displayNameSchema })
export type UpdateProfileInput = z.infer<typeof updateProfileInputSchema>

export const changePasswordInputSchema = z.object({
  currentPassword: z.string().min(1, 'Enter your current password.').max(1024, 'This password is too long.'),
  newPassword: newPasswordSchema,
})
export type ChangePasswordInput = z.infer<typeof changePasswordInputSchema>

export const tokenScopeSchema = z
  .enum(['publish:new', 'publish:update', 'yank', 'read', 'usage:write', 'purchase', 'sell'])
  .meta({ id: 'TokenScope', description: 'What a token may do' })

export const createTokenInputSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, 'Give the token a name.')
      .max(TOKEN_NAME_MAX_LENGTH, `Use at most ${TOKEN_NAME_MAX_LENGTH} characters.`)
      .describe('What it is for; only its owner sees it'),
    scopes: z
      .array(tokenScopeSchema)
      .min(1, 'Choose at least one scope.')
      .max(16)
      .transform((scopes) => [...new Set(scopes)]),
    namespaces: z
      .array(lookupNameSchema)
      .min(1, 'Choose at least one namespace, or leave the limit out.')
      .max(50)
      .transform((names) => [...new Set(names)])
      .optional()
      .describe('Namespaces of yours it is limited to; left out: all of them, later ones included'),
    expiresInDays: z
      .int('Use a whole number of days.')
      .min(1, 'A token lives at least one day.')
      .max(TOKEN_MAX_DAYS, `A token lives at most ${TOKEN_MAX_DAYS} days.`),
  })
  .meta({ id: 'CreateToken' })
export type CreateTokenInput = z.infer<typeof createTokenInputSchema>

export const tokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    hint: z.string().describe('The last characters of the secret, to tell tokens apart'),
    scopes: z.array(tokenScopeSchema),
    namespaces: z.array(z.string()).nullable().describe('null: all of the owner’s'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().describe('To the minute'),
    isExpired: z.boolean(),
  })
  .meta({ id: 'Token' })
export type Token = z.infer<typeof tokenSchema>

export const createdTokenSchema = tokenSchema
  .extend({ secret: z.string().describe('Shown in this answer only: `souk_` and 49 letters or digits') })
  .meta({ id: 'CreatedToken' })
export type CreatedToken = z.infer<typeof createdTokenSchema>

export const tokenListSchema = z
  .object({
    items: z.array(tokenSchema),
    meta: z.object({ total: z.int(), liveLimit: z.int() }),
  })
  .meta({ id: 'TokenList' })
export type TokenList = z.infer<typeof tokenListSchema>

export const notificationSchema = z
  .object({
    id: z.uuid(),
    kind: z.string().describe('What it is about, such as `package.approve`'),
    title: z.string(),
    body: z.string(),
    href: z.string().describe('The page on this site to go to'),
    isRead: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Notification' })
export type Notification = z.infer<typeof notificationSchema>

export const notificationsQuerySchema = z.object({
  limit: integerParameter({ min: 1, max: 100 }).default(24),
  cursor: z.string().max(2048).optional(),
})
export type NotificationsQuery = z.infer<typeof notificationsQuerySchema>

export const notificationListSchema = z
  .object({
    items: z.array(notificationSchema),
    meta: z.object({ unread: z.int(), limit: z.int(), nextCursor: z.string().nullable() }),
  })
  .meta({ id: 'NotificationList' })
export type NotificationList = z.infer<typeof notificationListSchema>

export const readNotificationsInputSchema = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(100).optional().describe('Left out: all of them'),
  })
  .meta({ id: 'ReadNotifications' })
export type ReadNotificationsInput = z.infer<typeof readNotificationsInputSchema>

export const tokenParamsSchema = z.object({ id: z.string().max(64) })

export const viewerAnswerSchema = z
  .object({
    viewer: z
      .object({
        id: z.uuid(),
        displayName: z.string(),
        email: z.string(),
        roles: z.array(z.enum(['shopper', 'seller', 'operator'])),
        storeSlug: z.string().nullable(),
        unreadCount: z.int().describe('Notifications not read; at most 100'),
        isStale: z.boolean().describe('The session could not be renewed: it may read, not write'),
      })
      .nullable()
      .describe('Null for somebody not signed in'),
  })
  .meta({ id: 'ViewerAnswer' })
