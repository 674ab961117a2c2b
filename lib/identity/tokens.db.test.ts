import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TokenActor, UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { findApiToken } from '#lib/platform/api-token-lookup'
import { hashTokenSecret } from '#lib/platform/api-token-secret'
import { closeDatabase } from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createToken } from './create-token.ts'
import { listOwnNamespaces } from './list-own-namespaces.ts'
import { listTokens } from './list-tokens.ts'
import { revokeToken } from './revoke-token.ts'
import { LIVE_TOKENS_MAX } from './limits.ts'
import { type CreateTokenInput, createTokenInputSchema, createdTokenSchema } from './schemas.ts'

let db: TestDatabase
let ada: UserActor
let bob: UserActor

const input: CreateTokenInput = { name: 'laptop', scopes: ['publish:new', 'read'], expiresInDays: 30 }

async function createPerson(email: string, appMetadata: Record<string, unknown> = {}): Promise<UserActor> {
  const userId = await db.createUser({ email, appMetadata })
  return { kind: 'user', userId, email, displayName: 'Someone', appRole: null, isStale: false }
}

async function openStore(owner: UserActor, slug: string, namespaces: readonly string[]): Promise<void> {
  await db.admin`insert into catalog.stores (owner_id, slug, name) values (${owner.userId}, ${slug}, ${slug})`
  for (const name of namespaces) {
    await db.admin`
      insert into catalog.namespaces (name, store_id) select ${name}, id from catalog.stores where slug = ${slug}`
  }
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  if (outcome instanceof Problem) return outcome
  throw new Error(`expected a problem, got ${JSON.stringify(outcome)}`)
}

beforeAll(async () => {
  db = await createTestDatabase()
  Object.assign(process.env, {
    DATABASE_URL: db.url,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
  })
  ada = await createPerson('ada@souk.test')
  bob = await createPerson('bob@souk.test')
  await openStore(ada, 'adas', ['ada', 'ada-labs'])
  await openStore(bob, 'bobs', ['bob'])
})
afterAll(async () => {
  await closeDatabase()
  await db.drop()
})
beforeEach(() => db.admin`delete from identity.api_tokens`)

describe('createToken', () => {
  it('answers the secret once, and keeps only its hash', async () => {
    const created = await createToken(ada, input)
    expect(createdTokenSchema.parse(created)).toEqual(created)
    const [row] = await db.admin<{ token_hash: Buffer; text: string }[]>`
      select token_hash, t::text as text from identity.api_tokens t where id = ${created.id}`
    expect(row?.token_hash.equals(hashTokenSecret(created.secret))).toBe(true)
    expect(row?.text).not.toContain(created.secret.slice(5, 40))
    const listed = await listTokens(ada)
    expect(listed.items.map((item) => item.id)).toEqual([created.id])
    expect(JSON.stringify(listed)).not.toContain(created.secret.slice(0, 40))
  })

  it('makes a secret that authenticates as its owner with its scopes', async () => {
    const created = await createToken(ada, { ...input, namespaces: ['ada'] })
    expect(await findApiToken(hashTokenSecret(created.secret))).toMatchObject({
      kind: 'token',
      userId: ada.userId,
      tokenId: created.id,
      email: 'ada@souk.test',
      appRole: null,
      scopes: ['publish:new', 'read'],
      namespaces: ['ada'],
    })
  })

  it('lives as many days as asked', async () => {
    const created = await createToken(ada, { ...input, expiresInDays: 7 })
    const days = (Date.parse(created.expiresAt) - Date.parse(created.createdAt)) / 86_400_000
    expect(days).toBeCloseTo(7, 1)
  })

  it.each([
    ['somebody else’s namespace', 'bob'],
    ['a namespace of nobody', 'nowhere'],
  ])('refuses %s, in the same words', async (_what, foreign) => {
    const problem = await problemOf(createToken(ada, { ...input, namespaces: ['ada', foreign] }))
    expect(problem.status).toBe(422)
    expect(problem.issues).toEqual([
      { path: 'namespaces[1]', message: `"${foreign}" is not a namespace of yours.` },
    ])
    expect((await listTokens(ada)).items).toEqual([])
  })

  it('refuses tokens and sessions that could not be renewed', async () => {
    const token: TokenActor = {
      kind: 'token',
      userId: ada.userId,
      tokenId: randomUUID(),
      email: ada.email,
      displayName: ada.displayName,
      appRole: null,
      scopes: ['publish:new', 'publish:update', 'yank', 'read'],
      namespaces: null,
    }
    expect((await problemOf(createToken(token, input))).status).toBe(403)
    expect((await problemOf(revokeToken(token, randomUUID()))).status).toBe(403)
    expect((await problemOf(createToken({ ...ada, isStale: true }, input))).status).toBe(503)
    expect((await problemOf(createToken({ kind: 'anonymous' }, input))).status).toBe(401)
  })

  it('never lets anyone have more live tokens than the limit, even when they ask at once', async () => {
    await db.admin`
      insert into identity.api_tokens (user_id, name, token_hash, token_hint, scopes, expires_at)
      select ${ada.userId}, 'bulk', sha256(n::text::bytea), 'abcd', array['read'], now() + interval '1 day'
      from generate_series(1, ${LIVE_TOKENS_MAX - 2}) n`
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => createToken(ada, input)))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(2)
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as Problem] : [],
    )
    expect(new Set(refusals.map((problem) => problem.status))).toEqual(new Set([409]))
    expect((await createToken(bob, input)).id).toBeTruthy()
    await db.admin`update identity.api_tokens set expires_at = now() - interval '1 hour' where name = 'bulk'`
    expect((await createToken(ada, input)).id).toBeTruthy()
  })
})

describe('the input of createToken', () => {
  it.each([
    ['no scope', { scopes: [] }],
    ['an unknown scope', { scopes: ['admin'] }],
    ['no name', { name: '  ' }],
    ['a long name', { name: 'x'.repeat(81) }],
    ['an empty list of namespaces', { namespaces: [] }],
    ['a malformed namespace', { namespaces: ['a b'] }],
    ['no days', { expiresInDays: 0 }],
    ['too many days', { expiresInDays: 366 }],
    ['half a day', { expiresInDays: 0.5 }],
    ['a field we do not know', { userId: 'x' }],
  ])('refuses %s', (_what, part) => {
    expect(createTokenInputSchema.safeParse({ ...input, ...part }).success).toBe(false)
  })

  it('folds repeated scopes and namespaces', () => {
    const parsed = createTokenInputSchema.parse({
      ...input,
      scopes: ['read', 'read'],
      namespaces: ['Ada', 'ada'],
    })
    expect(parsed).toMatchObject({ scopes: ['read'], namespaces: ['ada'] })
  })
})

describe('listTokens', () => {
  it('shows nobody else’s, no revoked ones, and expired ones for a while', async () => {
    const live = await createToken(ada, { ...input, name: 'live' })
    const revoked = await createToken(ada, { ...input, name: 'revoked' })
    const expired = await createToken(ada, { ...input, name: 'expired' })
    const forgotten = await createToken(ada, { ...input, name: 'forgotten' })
    await createToken(bob, input)
    await revokeToken(ada, revoked.id)
    await db.admin`update identity.api_tokens set expires_at = now() - interval '1 day' where id = ${expired.id}`
    await db.admin`update identity.api_tokens set expires_at = now() - interval '40 days' where id = ${forgotten.id}`
    const { items, meta } = await listTokens(ada)
    expect(items.map((item) => [item.name, item.isExpired])).toEqual([
      ['expired', true],
      ['live', false],
    ])
    expect(items[1]?.id).toBe(live.id)
    expect(meta).toEqual({ total: 2, liveLimit: LIVE_TOKENS_MAX })
  })
})

describe('revokeToken', () => {
  it('stops the token at once', async () => {
    const created = await createToken(ada, input)
    await revokeToken(ada, created.id)
    expect(await findApiToken(hashTokenSecret(created.secret))).toBeNull()
  })

  it('answers the same for an unknown, a malformed, a foreign and a revoked id', async () => {
    const foreign = await createToken(bob, input)
    const revoked = await createToken(ada, input)
    await revokeToken(ada, revoked.id)
    const problems = await Promise.all(
      [randomUUID(), 'not-an-id', foreign.id, revoked.id].map((id) => problemOf(revokeToken(ada, id))),
    )
    expect(new Set(problems.map(({ code, detail }) => `${code} ${detail}`))).toEqual(
      new Set(['not_found There is no such token.']),
    )
    expect(await findApiToken(hashTokenSecret(foreign.secret))).not.toBeNull()
  })
})

describe('identity.authenticate_token', () => {
  it('knows no token that is unknown, expired or revoked', async () => {
    const expired = await createToken(ada, input)
    await db.admin`update identity.api_tokens set expires_at = now() where id = ${expired.id}`
    expect(await findApiToken(randomBytes(32))).toBeNull()
    expect(await findApiToken(hashTokenSecret(expired.secret))).toBeNull()
  })

  it('notes its use, at most once a minute', async () => {
    const { id, secret } = await createToken(ada, input)
    const lastUsed = async () =>
      (
        await db.admin<{ last_used_at: Date | null }[]>`
        select last_used_at from identity.api_tokens where id = ${id}`
      )[0]?.last_used_at ?? null
    expect(await lastUsed()).toBeNull()
    await findApiToken(hashTokenSecret(secret))
    const first = await lastUsed()
    expect(first).not.toBeNull()
    await findApiToken(hashTokenSecret(secret))
    expect(await lastUsed()).toEqual(first)
    await db.admin`update identity.api_tokens set last_used_at = now() - interval '2 minutes' where id = ${id}`
    await findApiToken(hashTokenSecret(secret))
    expect((await lastUsed())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? 0)
  })

  it('takes the operator role from app_metadata and from nowhere else', async () => {
    const operator = await createPerson('operator@souk.test', { role: 'operator' })
    const pretender = await createPerson('pretender@souk.test')
    await db.admin`
      update auth.users set raw_user_meta_data = '{"role": "operator"}' where id = ${pretender.userId}`
    const genuine = await createToken(operator, input)
    const pretended = await createToken(pretender, input)
    expect((await findApiToken(hashTokenSecret(genuine.secret)))?.appRole).toBe('operator')
    expect((await findApiToken(hashTokenSecret(pretended.secret)))?.appRole).toBeNull()
  })

  it.each(['anon', 'authenticated'] as const)('is out of reach of %s', async (role) => {
    const call =
      role === 'anon' ? db.asAnon : (work: Parameters<typeof db.asAnon>[0]) => db.asUser(ada.userId, work)
    await expect(
      call((sql) => sql`select * from identity.authenticate_token(${randomBytes(32)})`),
    ).rejects.toMatchObject({ code: '42501' })
  })
})

describe('listOwnNamespaces', () => {
  it('names the caller’s alone, in order', async () => {
    expect(await listOwnNamespaces(ada)).toEqual(['ada', 'ada-labs'])
  })
})
