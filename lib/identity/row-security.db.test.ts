import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, type Work } from '../../scripts/testing/database.ts'

type Who = 'anon' | 'another user' | 'owner' | 'operator' | 'service'

const everyone: Who[] = ['anon', 'another user', 'owner', 'operator', 'service']

let db: TestDatabase
let ownerId: string
let otherId: string
let operatorId: string
let tokenId: string

beforeAll(async () => {
  db = await createTestDatabase()
  ownerId = await db.createUser({ email: 'owner@souk.test' })
  otherId = await db.createUser({ email: 'other@souk.test' })
  operatorId = await db.createUser({ email: 'operator@souk.test', appMetadata: { role: 'operator' } })
})
afterAll(() => db.drop())

beforeEach(async () => {
  await db.admin`delete from identity.api_tokens`
  tokenId = await insertToken(db.admin, ownerId)
})

async function insertToken(sql: postgres.Sql | postgres.TransactionSql, userId: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into identity.api_tokens (user_id, name, token_hash, token_hint, scopes, expires_at)
    values (${userId}, 'laptop', ${randomBytes(32)}, 'abcd', array['read'], now() + interval '1 day')
    returning id`
  if (!row) throw new Error('not inserted')
  return row.id
}

function act<T>(who: Who, work: Work<T>): Promise<T> {
  switch (who) {
    case 'anon':
      return db.asAnon(work)
    case 'another user':
      return db.asUser(otherId, work)
    case 'owner':
      return db.asUser(ownerId, work)
    case 'operator':
      return db.asUser(operatorId, work, { app_metadata: { role: 'operator' } })
    case 'service':
      return db.asService(work)
  }
}

/** `denied` when the grants or a policy's check refuse; otherwise how many rows the statement touched or saw. */
async function outcome(who: Who, work: Work<postgres.RowList<postgres.Row[]>>): Promise<number | 'denied'> {
  try {
    return await act(who, async (sql) => (await work(sql)).count)
  } catch (error) {
    // 42501: no grant, or the new row violates a policy.
    if (error instanceof Error && 'code' in error && error.code === '42501') return 'denied'
    throw error
  }
}

function cases(expected: Record<Who, number | 'denied'>): [Who, number | 'denied'][] {
  return everyone.map((who) => [who, expected[who]])
}

describe('identity.api_tokens', () => {
  it.each(cases({ anon: 'denied', 'another user': 0, owner: 1, operator: 0, service: 1 }))(
    'select by %s: %s',
    async (who, expected) => {
      const seen = await outcome(
        who,
        (sql) => sql`select id, name, token_hint from identity.api_tokens where id = ${tokenId}`,
      )
      expect(seen).toBe(expected)
    },
  )

  it.each(
    cases({ anon: 'denied', 'another user': 'denied', owner: 'denied', operator: 'denied', service: 1 }),
  )('select of the hash by %s: %s', async (who, expected) => {
    const seen = await outcome(
      who,
      (sql) => sql`select token_hash from identity.api_tokens where id = ${tokenId}`,
    )
    expect(seen).toBe(expected)
  })

  it.each(cases({ anon: 'denied', 'another user': 'denied', owner: 1, operator: 'denied', service: 1 }))(
    'insert for the owner by %s: %s',
    async (who, expected) => {
      const inserted = await outcome(
        who,
        (sql) => sql`
          insert into identity.api_tokens (user_id, name, token_hash, token_hint, scopes, expires_at)
          values (${ownerId}, 'ci', ${randomBytes(32)}, 'abcd', array['read'], now() + interval '1 day')`,
      )
      expect(inserted).toBe(expected)
    },
  )

  it.each(cases({ anon: 'denied', 'another user': 0, owner: 1, operator: 0, service: 1 }))(
    'revocation by %s: %s',
    async (who, expected) => {
      const revoked = await outcome(
        who,
        (sql) => sql`update identity.api_tokens set revoked_at = now() where id = ${tokenId}`,
      )
      expect(revoked).toBe(expected)
    },
  )

  it.each(['user_id', 'token_hash', 'scopes', 'namespaces', 'expires_at', 'last_used_at'])(
    'never lets its owner change %s',
    async (column) => {
      const changed = await outcome(
        'owner',
        (sql) => sql`update identity.api_tokens set ${sql(column)} = default where id = ${tokenId}`,
      )
      expect(changed).toBe('denied')
    },
  )

  it.each(
    cases({ anon: 'denied', 'another user': 'denied', owner: 'denied', operator: 'denied', service: 1 }),
  )('delete by %s: %s', async (who, expected) => {
    const deleted = await outcome(who, (sql) => sql`delete from identity.api_tokens where id = ${tokenId}`)
    expect(deleted).toBe(expected)
  })

  it('shows a person their own tokens even when the query names nobody', async () => {
    await insertToken(db.admin, otherId)
    const seen = await db.asUser(ownerId, (sql) => sql`select user_id from identity.api_tokens`)
    expect(seen.map((row) => row.user_id as string)).toEqual([ownerId])
  })
})

describe('identity.notifications', () => {
  beforeEach(async () => {
    await db.admin`delete from identity.notifications`
    await db.admin`select identity.notify_person(${ownerId}, 'test.note', 'Something happened', '/library')`
  })

  it.each(cases({ anon: 'denied', 'another user': 0, owner: 1, operator: 0, service: 1 }))(
    'select by %s: %s',
    async (who, expected) => {
      expect(await outcome(who, (sql) => sql`select title from identity.notifications`)).toBe(expected)
    },
  )

  it.each(cases({ anon: 'denied', 'another user': 0, owner: 1, operator: 0, service: 'denied' }))(
    'reading it by %s: %s',
    async (who, expected) => {
      const read = await outcome(who, (sql) => sql`update identity.notifications set read_at = now()`)
      expect(read).toBe(expected)
    },
  )

  it.each(everyone)('nobody writes or calls for one by hand: %s', async (who) => {
    const forged = await outcome(
      who,
      (sql) => sql`
        insert into identity.notifications (user_id, kind, title, href) values (${otherId}, 'a.b', 'x', '/')`,
    )
    expect(forged).toBe('denied')
    const called = await outcome(
      who,
      (sql) => sql`select identity.notify_person(${otherId}, 'a.b', 'x', '/')`,
    )
    expect(called).toBe(who === 'service' ? 1 : 'denied')
  })

  it.each(['user_id', 'title', 'href', 'created_at'])('never lets its reader change %s', async (column) => {
    const changed = await outcome(
      'owner',
      (sql) => sql`update identity.notifications set ${sql(column)} = default`,
    )
    expect(changed).toBe('denied')
  })

  it.each(
    cases({ anon: 'denied', 'another user': 'denied', owner: 'denied', operator: 'denied', service: 1 }),
  )('delete by %s: %s', async (who, expected) => {
    expect(await outcome(who, (sql) => sql`delete from identity.notifications`)).toBe(expected)
  })

  it.each(['//elsewhere.example', 'https://elsewhere.example', String.raw`/\elsewhere.example`])(
    'leads nowhere but into this site: %s',
    async (href) => {
      await expect(
        db.admin`select identity.notify_person(${ownerId}, 'a.b', 'x', ${href})`,
      ).rejects.toMatchObject({ code: '23514' })
    },
  )

  it('tells nobody when there is nobody, and forgets what is half a year old', async () => {
    await db.admin`select identity.notify_person(null, 'a.b', 'x', '/')`
    await db.admin`update identity.notifications set created_at = now() - interval '181 days'`
    await db.admin`select identity.notify_person(${ownerId}, 'a.b', 'newer', '/')`
    expect(await db.admin`select title from identity.notifications`).toEqual([{ title: 'newer' }])
  })
})

describe('identity.profiles', () => {
  it.each(cases({ anon: 1, 'another user': 1, owner: 1, operator: 1, service: 1 }))(
    'select by %s: %s',
    async (who, expected) => {
      const seen = await outcome(
        who,
        (sql) => sql`select display_name from identity.profiles where user_id = ${ownerId}`,
      )
      expect(seen).toBe(expected)
    },
  )

  it.each(cases({ anon: 'denied', 'another user': 0, owner: 1, operator: 0, service: 1 }))(
    'rename by %s: %s',
    async (who, expected) => {
      const renamed = await outcome(
        who,
        (sql) => sql`update identity.profiles set display_name = 'New' where user_id = ${ownerId}`,
      )
      expect(renamed).toBe(expected)
    },
  )

  it.each(
    cases({ anon: 'denied', 'another user': 'denied', owner: 'denied', operator: 'denied', service: 1 }),
  )('insert by %s: %s', async (who, expected) => {
    const userId = await db.createUser()
    await db.admin`delete from identity.profiles where user_id = ${userId}`
    const inserted = await outcome(
      who,
      (sql) => sql`insert into identity.profiles (user_id, display_name) values (${userId}, 'x')`,
    )
    expect(inserted).toBe(expected)
  })

  it.each(
    cases({ anon: 'denied', 'another user': 'denied', owner: 'denied', operator: 'denied', service: 1 }),
  )('delete by %s: %s', async (who, expected) => {
    const userId = await db.createUser()
    const deleted = await outcome(who, (sql) => sql`delete from identity.profiles where user_id = ${userId}`)
    expect(deleted).toBe(expected)
  })

  it('never lets a profile pass to another person', async () => {
    const moved = await outcome(
      'owner',
      (sql) => sql`update identity.profiles set user_id = ${otherId} where user_id = ${ownerId}`,
    )
    expect(moved).toBe('denied')
  })
})

describe('the profile made at sign-up', () => {
  async function profileOf(email: string | null, metadata: unknown): Promise<string | undefined> {
    const [user] = await db.admin<{ id: string }[]>`
      insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
      values (gen_random_uuid(), 'authenticated', 'authenticated', ${email}, '{}',
        ${JSON.stringify(metadata)}::text::jsonb, now(), now())
      returning id`
    const [profile] = await db.admin<{ display_name: string }[]>`
      select display_name from identity.profiles where user_id = ${user?.id ?? null}`
    return profile?.display_name
  }

  it.each([
    ['the chosen name', 'a@souk.test', { display_name: '  Ada  ' }, 'Ada'],
    ['nothing of the address without one', 'grace@souk.test', {}, 'New member'],
    ['the same for a blank name', 'linus@souk.test', { display_name: '   ' }, 'New member'],
    ['a name cut to its limit', 'long@souk.test', { display_name: 'x'.repeat(200) }, 'x'.repeat(80)],
    ['a stand-in when there is no address', null, {}, 'New member'],
  ])('bears %s', async (_what, email, metadata, expected) => {
    expect(await profileOf(email, metadata)).toBe(expected)
  })
})

describe('the operator role', () => {
  const isOperator = (claims: Record<string, unknown>) =>
    db.asUser(
      otherId,
      async (sql) => (await sql<{ yes: boolean }[]>`select identity.is_operator() as yes`)[0]?.yes,
      claims,
    )

  it('comes from app_metadata', async () => {
    expect(await isOperator({ app_metadata: { role: 'operator' } })).toBe(true)
  })

  it.each([
    ['user_metadata', { user_metadata: { role: 'operator' } }],
    ['a claim of its own', { app_role: 'operator' }],
    ['nothing', {}],
    ['another role', { app_metadata: { role: 'seller' } }],
  ])('does not come from %s', async (_what, claims) => {
    expect(await isOperator(claims)).toBe(false)
  })
})
