import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import type { UserActor } from '../kernel/actor.ts'
import type { Order } from './schemas.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' as const })
const refused = (code: string) => expect.objectContaining({ detail: code }) as unknown

describe('buying over the REST API', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Awaited<ReturnType<typeof importVerbs>>

  async function importVerbs() {
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'unused',
      SUPABASE_SECRET_KEY: 'unused',
    })
    const [purchase, db] = await Promise.all([import('./purchase-package.ts'), import('../platform/db.ts')])
    return { ...purchase, ...db }
  }

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    verbs = await importVerbs()
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await database.drop()
  })

  async function buyer(): Promise<UserActor> {
    const userId = await database.createUser()
    await database.admin`select ledger.grant_credits(${userId}, 1000, null, '{}')`
    const email = `${userId}@souk.test`
    return { kind: 'user', userId, email, displayName: 'Somebody', appRole: null, isStale: false }
  }

  async function shelve(price: number): Promise<string> {
    const handle = `acme/p${randomUUID().slice(0, 8)}-x.y_z`
    await publishAs(database, market.owner, { id: handle })
    await database.admin`update catalog.packages set price_amount = ${price} where handle = ${handle}`
    return handle
  }

  async function buy(
    actor: UserActor,
    handle: string,
    amount: number | null,
    key: string | null,
    currency: string | null = 'USD',
  ): Promise<Order> {
    const [row] = await database.asUser(
      actor.userId,
      (sql) => sql<{ order: Order }[]>`
        select public.process_purchase(${handle}, ${amount}::bigint, ${currency}, ${key}) as order`,
    )
    if (!row) throw new Error('process_purchase answered nothing')
    return row.order
  }

  const orders = async ({ userId }: UserActor) => {
    const [row] = await database.admin<{ count: number }[]>`
      select count(*)::int as count from commerce.orders where buyer_id = ${userId}`
    return row?.count
  }

  it('is the same purchase as over the web for the same key, whichever door was first', async () => {
    const shopper = await buyer()
    const [one, other] = [await shelve(300), await shelve(200)]
    const web = await verbs.purchasePackage(shopper, { handle: one, expectedPrice: usd(300) }, 'key-1')
    expect(await buy(shopper, one, 300, 'key-1')).toEqual(web)
    const rest = await buy(shopper, other, 200, 'key-2')
    expect(await verbs.purchasePackage(shopper, { handle: other, expectedPrice: usd(200) }, 'key-2')).toEqual(
      rest,
    )
    expect(await orders(shopper)).toBe(2)
  })

  it('refuses as the web does, and then nothing has happened', async () => {
    const shopper = await buyer()
    const handle = await shelve(300)
    await expect(buy(shopper, handle, 299, 'k')).rejects.toEqual(refused('price_changed'))
    await expect(buy(shopper, await shelve(5000), 5000, 'k')).rejects.toEqual(refused('payment_required'))
    await expect(buy(shopper, 'acme/nothing', 0, 'k')).rejects.toEqual(refused('not_found'))
    expect(await orders(shopper)).toBe(0)
    await buy(shopper, handle, 300, 'k')
    await expect(buy(shopper, await shelve(300), 300, 'k')).rejects.toEqual(refused('idempotency_key_reused'))
    await expect(buy(shopper, handle, 300, null)).rejects.toEqual(refused('already_owned'))
    expect(await orders(shopper)).toBe(1)
  })

  it('takes nothing from whoever named no price', async () => {
    const shopper = await buyer()
    const handle = await shelve(300)
    await expect(buy(shopper, handle, null, null)).rejects.toEqual(refused('price_changed'))
    await expect(buy(shopper, handle, 300, null, null)).rejects.toEqual(refused('price_changed'))
    expect(await orders(shopper)).toBe(0)
  })

  it('takes no key that the web would not take', async () => {
    const shopper = await buyer()
    const handle = await shelve(300)
    for (const key of ['', 'with space', 'k\n', 'ключ', 'k'.repeat(256)]) {
      await expect(buy(shopper, handle, 300, key), key).rejects.toMatchObject({
        code: 'PT400',
        detail: 'bad_request',
      })
    }
    expect(await orders(shopper)).toBe(0)
    await buy(shopper, handle, 300, `!${'k'.repeat(253)}~`)
    expect(await orders(shopper)).toBe(1)
  })

  it('is for people who are signed in, and for nobody else', async () => {
    const roles = ['anon', 'authenticated', 'service_role', 'souk_app']
    const rows = await database.admin<{ role: string; may: boolean }[]>`
      select role, has_function_privilege(role, 'public.process_purchase(text, bigint, text, text)', 'execute') as may
      from unnest(${roles}::text[]) as role`
    expect(rows.filter(({ may }) => may).map(({ role }) => role)).toEqual(['authenticated'])
    const nobody = database.admin.begin(async (sql) => {
      await sql`set local role authenticated`
      await sql`select public.process_purchase('house/base', 0, 'USD', 'k')`
    })
    await expect(nobody).rejects.toEqual(refused('unauthenticated'))
  })
})
