import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenActor, UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { closeDatabase } from '#lib/platform/db'
import { createToken } from '#lib/identity/create-token'
import { revokeToken } from '#lib/identity/revoke-token'
import { publishVersion } from '#lib/publishing/publish-version'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS } from '../../scripts/testing/market.ts'
import { listAuditEntries } from './list-audit-entries.ts'
import { auditPageSchema, auditQuerySchema } from './schemas.ts'

let db: TestDatabase
let market: Market

beforeAll(async () => {
  db = await createTestDatabase()
  Object.assign(process.env, {
    DATABASE_URL: db.url,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
  })
  market = await createMarket(db)
})
afterAll(async () => {
  await closeDatabase()
  await db.drop()
})

const person = (userId: string, appRole: 'operator' | null = null): UserActor => ({
  kind: 'user',
  userId,
  email: 'someone@souk.test',
  displayName: 'Someone',
  appRole,
  isStale: false,
})
const query = (input: Record<string, unknown> = {}) => auditQuerySchema.parse(input)

async function ofSubject(subject: string) {
  const page = await listAuditEntries(person(market.operator, 'operator'), query({ subject }), 'all')
  return auditPageSchema.parse(page).items
}

describe('every change leaves an entry', () => {
  it('of opening a store and claiming a namespace', async () => {
    expect((await ofSubject('acme')).map((entry) => entry.action).toSorted()).toEqual([
      'namespace.claim',
      'store.open',
    ])
  })

  it('of publishing, pricing, shelving, reviewing and what an operator decided', async () => {
    const actions = async (subject: string) => (await ofSubject(subject)).map((entry) => entry.action)
    const [published] = await ofSubject('acme/free@1.0.0')
    expect(published).toMatchObject({
      action: 'version.publish',
      namespace: 'acme',
      actor: { kind: 'user', id: market.owner, displayName: 'New member' },
    })
    expect(published?.detail.sha256).toMatch(/^[0-9a-f]{64}$/)
    const [priced] = await ofSubject('acme/paid')
    expect(priced).toMatchObject({ action: 'package.update', detail: { price: { from: 0, to: 500 } } })
    expect(await actions('acme/withdrawn')).toEqual(['package.update'])
    expect(await actions('acme/quarantined')).toEqual(['package.quarantine'])
    expect(await actions('acme/free')).toEqual(['review.write'])
    expect(await actions('rival')).toContain('store.suspend')
  })

  it('of a yank with its reason, and of its end', async () => {
    await db.asService(
      (sql) => sql`
        update catalog.versions v set yanked_at = now(), yank_reason = 'Broken'
        from catalog.packages p where p.id = v.package_id and p.handle = 'house/base'`,
    )
    expect((await ofSubject('house/base@1.0.0'))[0]).toMatchObject({
      action: 'version.yank',
      actor: { kind: 'system' },
      detail: { reason: 'Broken' },
    })
    await db.asService(
      (sql) =>
        sql`update catalog.versions set yanked_at = null, yank_reason = null where yanked_at is not null`,
    )
    expect((await ofSubject('house/base@1.0.0'))[0]?.action).toBe('version.unyank')
  })

  it('of creating and revoking a token, never with its secret', async () => {
    const token = await createToken(person(market.owner), { name: 'ci', scopes: ['read'], expiresInDays: 1 })
    await revokeToken(person(market.owner), token.id)
    const entries = await ofSubject(token.id)
    expect(entries.map((entry) => entry.action)).toEqual(['token.revoke', 'token.create'])
    expect(JSON.stringify(entries)).not.toContain(token.secret.slice(5, 40))
  })

  it('that names the token by which somebody acted', async () => {
    const created = await createToken(person(market.owner), {
      name: 'ci',
      scopes: ['publish:new'],
      expiresInDays: 1,
    })
    const actor: TokenActor = {
      ...person(market.owner),
      kind: 'token',
      tokenId: created.id,
      scopes: created.scopes,
      namespaces: null,
    }
    await publishVersion(
      actor,
      new TextEncoder().encode(
        'id: acme/by-token\nversion: 1.0.0\nkind: prompt\nmetadata: { name: T, description: D }\nspec: { template: Hi }\n',
      ),
    )
    expect((await ofSubject('acme/by-token@1.0.0'))[0]?.actor).toMatchObject({
      kind: 'token',
      id: market.owner,
      tokenId: created.id,
    })
  })

  it('that goes with the change: a refused one leaves none', async () => {
    const before = await db.admin`select count(*) from identity.audit_entries`
    await expect(
      db.asUser(market.owner, async (sql) => {
        await sql`select catalog.update_package('acme/free', '{"isAvailable": false}')`
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await db.admin`select count(*) from identity.audit_entries`).toEqual(before)
  })

  it('with the reason that its function gave', async () => {
    await db.admin.begin(async (sql) => {
      await sql`select identity.give_reason('Malware')`
      await sql`update catalog.packages set status = 'quarantined' where handle = 'acme/pending'`
    })
    expect((await ofSubject('acme/pending'))[0]).toMatchObject({
      action: 'package.quarantine',
      detail: { from: 'pending', reason: 'Malware' },
    })
  })
})

describe('the log', () => {
  it('is changed by nobody, its owner included', async () => {
    for (const change of [
      "update identity.audit_entries set subject = 'forged'",
      'delete from identity.audit_entries',
      'truncate identity.audit_entries',
    ]) {
      await expect(db.admin.unsafe(change), change).rejects.toMatchObject({ code: 'SK403' })
      await expect(
        db.asService((sql) => sql.unsafe(change)),
        change,
      ).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('is written by nobody directly', async () => {
    const forged = `insert into identity.audit_entries (actor_kind, action, subject) values ('user', 'version.publish', 'x')`
    const called = `select identity.record_audit('version.publish', 'x')`
    for (const statement of [forged, called]) {
      await expect(db.asUser(market.owner, (sql) => sql.unsafe(statement))).rejects.toMatchObject({
        code: '42501',
      })
      await expect(db.asAnon((sql) => sql.unsafe(statement))).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('shows an operator everything, a seller what concerns them, a visitor nothing', async () => {
    const seen = async (userId: string, claims = {}) =>
      (
        await db.asUser(
          userId,
          (sql) => sql<{ subject: string }[]>`select subject from identity.audit_entries`,
          claims,
        )
      ).map((row) => row.subject)
    const [all] = await db.admin<{ count: number }[]>`select count(*)::int from identity.audit_entries`
    expect(await seen(market.operator, OPERATOR_CLAIMS)).toHaveLength(all?.count ?? 0)
    const owners = await seen(market.owner)
    expect(owners).toEqual(expect.arrayContaining(['acme/free@1.0.0', 'acme/quarantined', 'acme/free']))
    expect(owners.filter((subject) => /^(rival|newcomer|house)/.test(subject))).toEqual([])
    // The operator suspended the store; whose it is may know.
    expect(await seen(market.rival)).toContain('rival')
    expect(await seen(market.buyer)).toEqual(['acme/free'])
    await expect(db.asAnon((sql) => sql`select id from identity.audit_entries`)).rejects.toMatchObject({
      code: '42501',
    })
  })
})

describe('listing', () => {
  it('pages through every entry once, newest first', async () => {
    const operator = person(market.operator, 'operator')
    const ids: number[] = []
    let cursor: string | undefined
    do {
      const page = await listAuditEntries(operator, query({ limit: '3', cursor }), 'all')
      ids.push(...page.items.map((entry) => entry.id))
      cursor = page.meta.nextCursor ?? undefined
    } while (cursor !== undefined)
    const [all] = await db.admin<{ ids: string[] }[]>`
      select array_agg(id::text order by created_at desc, id desc) as ids from identity.audit_entries`
    expect(ids.map(String)).toEqual(all?.ids)
  })

  it('filters by action, group of actions, namespace, person and time', async () => {
    const operator = person(market.operator, 'operator')
    const list = async (filter: Record<string, unknown>) =>
      (await listAuditEntries(operator, query(filter), 'all')).items
    const versions = await list({ action: 'version', namespace: 'acme' })
    expect(versions.length).toBeGreaterThan(4)
    expect(versions.every((entry) => entry.action.startsWith('version.') && entry.namespace === 'acme')).toBe(
      true,
    )
    const claims = await list({ action: 'namespace.claim' })
    expect(claims.map((entry) => entry.subject).toSorted()).toEqual(['acme', 'house', 'newcomer', 'rival'])
    expect(new Set((await list({ actor: market.buyer })).map((entry) => entry.actor.id))).toEqual(
      new Set([market.buyer]),
    )
    expect(await list({ since: '2999-01-01T00:00:00Z' })).toEqual([])
    expect(await list({ until: '2000-01-01T00:00:00Z' })).toEqual([])
  })

  it('is refused to those who may not, and tells a seller no operator’s name', async () => {
    await expect(listAuditEntries(person(market.owner), query(), 'all')).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(listAuditEntries({ kind: 'anonymous' }, query(), 'own')).rejects.toBeInstanceOf(Problem)
    await expect(
      listAuditEntries(person(market.owner), query({ cursor: 'bm90' }), 'own'),
    ).rejects.toMatchObject({ code: 'bad_request' })
    await db.asUser(
      market.operator,
      (sql) => sql`select catalog.update_package('acme/free', '{"isFeatured": true}')`,
      OPERATOR_CLAIMS,
    )
    const filter = query({ action: 'package.update', subject: 'acme/free' })
    const own = await listAuditEntries(person(market.owner), filter, 'own')
    expect(own.items[0]?.actor).toEqual({ kind: 'operator', id: null, displayName: null, tokenId: null })
    const all = await listAuditEntries(person(market.operator, 'operator'), filter, 'all')
    expect(all.items[0]?.actor.id).toBe(market.operator)
  })
})
