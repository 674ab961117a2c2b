import { createHash } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TokenActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { createTokenSecret } from '#lib/platform/api-token-secret'
import { verifyAccessToken } from './access-token.ts'
import { GRACE_HEADER, GRACE_SECONDS, resolveCaller } from './actor.ts'
import { sessionCookies } from './session-cookie.ts'

const { findApiToken, SECRET } = vi.hoisted(() => {
  const secret = 'a secret of the project that signs with HS256'
  process.env.SUPABASE_URL = 'http://127.0.0.1:9'
  process.env.SUPABASE_PUBLISHABLE_KEY = 'unused'
  process.env.SUPABASE_SECRET_KEY = 'unused'
  process.env.SUPABASE_JWT_SECRET = secret
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/unused'
  process.env.LOG_LEVEL = 'silent'
  return { findApiToken: vi.fn<(hash: Buffer) => Promise<TokenActor | null>>(), SECRET: secret }
})
vi.mock('#lib/platform/api-token-lookup', () => ({ findApiToken }))

const userId = '0b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968'
const claims = { sub: userId, role: 'authenticated', aud: 'authenticated', email: 'someone@souk.test' }

async function tokenWith(
  changes: Record<string, unknown> = {},
  { secondsLeft = 3600, secret = SECRET }: { secondsLeft?: number; secret?: string } = {},
): Promise<string> {
  return await new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + secondsLeft)
    .sign(new TextEncoder().encode(secret))
}

function cookieOf(accessToken: string): string {
  return sessionCookies({ access_token: accessToken, refresh_token: 'refresh' }, [])
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

const byBearer = (token: string) => resolveCaller(new Headers({ authorization: `Bearer ${token}` }))
const byCookie = (token: string, headers: Record<string, string> = {}) =>
  resolveCaller(new Headers({ cookie: cookieOf(token), ...headers }))

async function refusalOf(asked: Promise<unknown>): Promise<Problem> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Problem) return error
  throw new Error('It was not refused')
}

const forged = async () => await tokenWith({}, { secret: 'the secret of somebody else entirely' })
const unsigned = async () => {
  const [, payload = ''] = (await tokenWith()).split('.')
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
}
const foreignKey = async () => {
  const { privateKey } = await generateKeyPair('ES256')
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1h')
    .sign(privateKey)
}
const tampered = async () => {
  const [header, , signature] = (await tokenWith()).split('.')
  const payload = { ...claims, app_metadata: { role: 'operator' }, exp: 9_999_999_999 }
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}

/** Tokens that are good for nothing, whatever carries them. */
const WORTHLESS: [string, () => Promise<string>][] = [
  ['signed by somebody else', forged],
  ['unsigned', unsigned],
  ['signed with another kind of key', foreignKey],
  ['changed after it was signed', tampered],
  ['of a role that is no person', () => tokenWith({ role: 'service_role' })],
  ['for another audience', () => tokenWith({ aud: 'elsewhere' })],
  ['without a subject', () => tokenWith({ sub: undefined })],
  ['no token at all', () => Promise.resolve('nonsense')],
]

beforeEach(() => findApiToken.mockReset().mockResolvedValue(null))

describe('a token that was good a moment ago', () => {
  it('is good until it lapses and not a moment longer, and says nothing for another', async () => {
    const token = await tokenWith({}, { secondsLeft: 60 })
    const at = (seconds: number) => verifyAccessToken(token, new Date(Date.now() + seconds * 1000))
    expect(await at(0)).toMatchObject({ isExpired: false })
    expect(await at(50)).toEqual(await at(0))
    expect(await at(120)).toMatchObject({ isExpired: true })
    expect(await at(50)).toMatchObject({ isExpired: false })
    const [header, payload, signature = ''] = token.split('.')
    const changed = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    expect(await verifyAccessToken([header, payload, changed].join('.'))).toBeNull()
  })
})

describe('a caller with a session cookie', () => {
  it('is who the verified token says', async () => {
    const { actor, via } = await byCookie(await tokenWith({ user_metadata: { display_name: ' Some One ' } }))
    expect(via).toBe('cookie')
    expect(actor).toEqual({
      kind: 'user',
      userId,
      email: 'someone@souk.test',
      displayName: 'Some One',
      appRole: null,
      isStale: false,
    })
  })

  it('is an operator by app_metadata alone', async () => {
    const own = await byCookie(
      await tokenWith({ user_metadata: { role: 'operator' }, role: 'authenticated' }),
    )
    expect(own.actor).toMatchObject({ appRole: null })
    const given = await byCookie(await tokenWith({ app_metadata: { role: 'operator' } }))
    expect(given.actor).toMatchObject({ appRole: 'operator' })
  })

  it('is known when the session is too long for one cookie', async () => {
    const cookie = cookieOf(
      await tokenWith({ user_metadata: { display_name: 'Long', note: 'x'.repeat(6000) } }),
    )
    expect(cookie).toContain('souk-session.1=')
    const { actor } = await resolveCaller(new Headers({ cookie: `a=b; ${cookie}; c=d` }))
    expect(actor).toMatchObject({ kind: 'user', displayName: 'Long' })
  })

  it.each(WORTHLESS)('that is %s is nobody', async (_, make) => {
    expect(await byCookie(await make())).toEqual({ actor: { kind: 'anonymous' }, via: 'none' })
  })

  it.each([
    ['expired', -60, {}, null],
    ['expired, in grace', -60, { [GRACE_HEADER]: '1' }, true],
    ['expired too long ago for grace', -GRACE_SECONDS - 60, { [GRACE_HEADER]: '1' }, null],
    ['fresh, in grace', 60, { [GRACE_HEADER]: '1' }, false],
  ])('whose token is %s', async (_, secondsLeft, headers, isStale) => {
    const { actor } = await byCookie(await tokenWith({}, { secondsLeft }), headers)
    expect(actor).toMatchObject(isStale === null ? { kind: 'anonymous' } : { kind: 'user', isStale })
  })

  it('in grace is still nobody with a forged token', async () => {
    expect((await byCookie(await forged(), { [GRACE_HEADER]: '1' })).actor.kind).toBe('anonymous')
  })
})

describe('a caller with a bearer token', () => {
  it('is the person of an access token', async () => {
    expect(await byBearer(await tokenWith())).toMatchObject({
      via: 'bearer',
      actor: { kind: 'user', userId },
    })
  })

  it('is the owner of an API token, found by its hash alone', async () => {
    const secret = createTokenSecret()
    const actor = { kind: 'token', userId } as TokenActor
    findApiToken.mockResolvedValue(actor)
    expect(await byBearer(secret)).toEqual({ actor, via: 'bearer' })
    expect(findApiToken).toHaveBeenCalledWith(createHash('sha256').update(secret).digest())
  })

  it.each([
    ...WORTHLESS,
    ['expired', () => tokenWith({}, { secondsLeft: -60 })] as (typeof WORTHLESS)[number],
  ])('that is %s is refused with 401, never nobody', async (_, make) => {
    const problem = await refusalOf(byBearer(await make()))
    expect(problem.status).toBe(401)
    expect(problem.headers?.['www-authenticate']).toContain('invalid_token')
  })

  it.each([
    `souk_${'a'.repeat(43)}`,
    'souk_short',
    'souk_',
    `souk_${'!'.repeat(43)}`,
    `souk_${'a'.repeat(9000)}`,
  ])('that is an unknown or malformed API token (%#) is refused with 401', async (secret) => {
    expect((await refusalOf(byBearer(secret))).status).toBe(401)
  })

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Bearer two tokens', 'souk_abc', ''])(
    'that is written %j is refused with 401, even beside a good cookie',
    async (authorization) => {
      const headers = new Headers({ authorization, cookie: cookieOf(await tokenWith()) })
      expect((await refusalOf(resolveCaller(headers))).status).toBe(401)
    },
  )

  it('in grace is refused all the same once it has expired', async () => {
    const token = await tokenWith({}, { secondsLeft: -60 })
    const headers = new Headers({ authorization: `Bearer ${token}`, [GRACE_HEADER]: '1' })
    expect((await refusalOf(resolveCaller(headers))).status).toBe(401)
  })
})

it('nobody is anonymous', async () => {
  expect(await resolveCaller(new Headers())).toEqual({ actor: { kind: 'anonymous' }, via: 'none' })
})
