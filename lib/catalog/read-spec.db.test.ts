import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymous, type UserActor } from '#lib/kernel/actor'
import { closeDatabase } from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs } from '../../scripts/testing/market.ts'
import { getCategory } from './get-category.ts'
import { getPackage } from './get-package.ts'
import { listCategoryDetails } from './list-category-details.ts'
import { listSitemap } from './list-sitemap.ts'
import { readSpec } from './read-spec.ts'

let db: TestDatabase
let seller: UserActor
let shopper: UserActor

async function createPerson(email: string): Promise<UserActor> {
  const userId = await db.createUser({ email })
  return { kind: 'user', userId, email, displayName: 'Someone', appRole: null, isStale: false }
}

async function publish(id: string, version = '1.0.0'): Promise<void> {
  const yaml = `id: ${id}
version: ${version}
kind: prompt
metadata: { name: Greeting, description: Says hello. }
spec: { template: "Hello {{name}}, from ${version}" }
`
  await publishAs(db, seller.userId, { id, version, yaml })
}

beforeAll(async () => {
  db = await createTestDatabase()
  Object.assign(process.env, {
    DATABASE_URL: db.url,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
  })
  seller = await createPerson('seller@souk.test')
  shopper = await createPerson('shopper@souk.test')
  await openStoreAs(db, seller.userId, 'shop')
  await publish('shop/free')
  await publish('shop/free', '1.1.0')
  await publish('shop/paid')
  await db.admin`update catalog.packages set price_amount = 500 where handle = 'shop/paid'`
  await db.admin`select public.refresh_marketplace_views()`
})
afterAll(async () => {
  await closeDatabase()
  await db.drop()
})

describe('readSpec', () => {
  it('reads any version of a free package for everybody', async () => {
    const page = await getPackage(anonymous, 'shop/free')
    for (const version of ['1.0.0', '1.1.0', '1.0.0']) {
      const { access, manifest } = await readSpec(anonymous, page, version)
      expect(access).toBe('free')
      expect(manifest?.spec).toEqual({ template: `Hello {{name}}, from ${version}` })
    }
  })

  it('keeps a paid package from those who have not bought it', async () => {
    const page = await getPackage(anonymous, 'shop/paid')
    for (const actor of [anonymous, shopper]) {
      expect(await readSpec(actor, page, '1.0.0')).toEqual({ access: 'locked', manifest: null })
    }
  })

  it('opens a paid package to its seller and to who bought it', async () => {
    const page = await getPackage(anonymous, 'shop/paid')
    expect(await readSpec(seller, page, '1.0.0')).toMatchObject({ access: 'owned' })
    const buyer = await createPerson('buyer@souk.test')
    await db.admin`
      insert into commerce.entitlements (user_id, package_id, source)
      select ${buyer.userId}, id, 'purchase' from catalog.packages where handle = 'shop/paid'`
    const { access, manifest } = await readSpec(buyer, page, '1.0.0')
    expect(access).toBe('owned')
    expect(manifest?.id).toBe('shop/paid')
    expect(await readSpec(shopper, page, '1.0.0')).toEqual({ access: 'locked', manifest: null })
  })

  it('reads nothing from a version that does not exist', async () => {
    const page = await getPackage(anonymous, 'shop/free')
    expect((await readSpec(anonymous, page, '9.9.9')).manifest).toBeNull()
  })
})

describe('categories', () => {
  it('describe and count themselves', async () => {
    expect(await getCategory('other')).toMatchObject({ slug: 'other', name: 'Other', productCount: 2 })
    const all = await listCategoryDetails()
    expect(all.every(({ description }) => description !== '')).toBe(true)
    expect(all.map(({ slug }) => slug)).toContain('databases')
  })

  it('that do not exist, or are closed, are not found', async () => {
    await expect(getCategory('nope')).rejects.toMatchObject({ code: 'not_found' })
    await db.admin`update catalog.categories set is_active = false where slug = 'databases'`
    await expect(getCategory('databases')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('listSitemap', () => {
  it('lists what is on the shelf and nothing else', async () => {
    await publish('shop/hidden')
    await db.admin`update catalog.packages set status = 'quarantined' where handle = 'shop/hidden'`
    await db.admin`select catalog.index_package(id) from catalog.packages where handle = 'shop/hidden'`
    await db.admin`insert into catalog.stores (slug, name, status) values ('closed', 'Closed', 'suspended')`
    const { packages, stores } = await listSitemap()
    expect(packages.map(({ handle }) => handle).sort()).toEqual(['shop/free', 'shop/paid'])
    expect(stores).toEqual(['shop'])
  })
})
