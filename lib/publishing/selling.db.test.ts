import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS, publishAs } from '../../scripts/testing/market.ts'

const refusal = (sqlstate: string, detail: string) => ({ code: `SK${sqlstate}`, detail })

describe('stores, namespaces and what a seller changes', () => {
  let database: TestDatabase
  let market: Market

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
  })
  afterAll(() => database.drop())

  const open = (userId: string, slug: string, approval = 'auto') =>
    database.asUser(userId, async (sql) => {
      const [row] = await sql<{ store: { slug: string; status: string } }[]>`
        select catalog.open_store(${slug}, 'A name', 'About', ${approval}) as store`
      return row?.store
    })
  const claim = (userId: string, name: string) =>
    database.asUser(userId, async (sql) => {
      const [row] = await sql<{ namespace: { name: string; store: { slug: string } } }[]>`
        select catalog.claim_namespace(${name}) as namespace`
      return row?.namespace
    })
  const change = (userId: string, handle: string, changes: object, claims = {}) =>
    database.asUser(
      userId,
      async (sql) => {
        const [row] = await sql<{ card: { price: { amount: number }; category: { slug: string } } }[]>`
          select catalog.update_package(${handle}, ${JSON.stringify(changes)}::text::jsonb) as card`
        return row?.card
      },
      claims,
    )
  const isListed = async (handle: string) => {
    const rows = await database.asAnon(
      (sql) => sql`select 1 from catalog.marketplace_catalog_rows where handle = ${handle}`,
    )
    return rows.length === 1
  }

  /** Runs the same work twenty times at once, each as its own caller on its own connection. */
  async function race(
    userIds: string[],
    work: (sql: postgres.TransactionSql, index: number) => Promise<unknown>,
  ) {
    const racers = postgres(database.url, { max: userIds.length, onnotice: () => undefined })
    try {
      await Promise.all(userIds.map(() => racers`select pg_sleep(0.05)`))
      return await Promise.allSettled(
        userIds.map((userId, index) =>
          racers.begin(async (sql) => {
            const claims = JSON.stringify({ sub: userId, role: 'authenticated' })
            await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
            await work(sql, index)
          }),
        ),
      )
    } finally {
      await racers.end({ timeout: 5 })
    }
  }

  describe('opening a store', () => {
    it('gives a person one store, approved at once or waiting under manual approval', async () => {
      const [first, second] = [await database.createUser(), await database.createUser()]
      expect(await open(first, 'first')).toMatchObject({ slug: 'first', status: 'approved' })
      expect(await open(second, 'second', 'manual')).toMatchObject({ slug: 'second', status: 'pending' })
      await expect(open(first, 'another')).rejects.toMatchObject(refusal('409', 'store_exists'))
    })

    it('refuses an address that is taken, also by a store nobody sees', async () => {
      const person = await database.createUser()
      await expect(open(person, 'acme')).rejects.toMatchObject(refusal('409', 'name_taken'))
      await expect(open(person, 'newcomer')).rejects.toMatchObject(refusal('409', 'name_taken'))
    })

    it('refuses visitors, and addresses that break the rules', async () => {
      const person = await database.createUser()
      await expect(
        database.asAnon((sql) => sql`select catalog.open_store('x1', 'X', '', 'auto')`),
      ).rejects.toMatchObject({ code: '42501' })
      for (const slug of ['', 'a', 'Capital', 'a_b', 'a--b', '-a', 'a-', 'a b', 'ä-b', 'a'.repeat(65)]) {
        await expect(open(person, slug), slug).rejects.toMatchObject({ code: '23514' })
      }
    })

    it('raced by one person, opens one store; raced for one address, goes to one person', async () => {
      const person = await database.createUser()
      const same = await race(
        Array.from({ length: 20 }, () => person),
        (sql, index) => sql`select catalog.open_store(${`mine-${index}`}, 'Mine', '', 'auto')`,
      )
      const people = await Promise.all(Array.from({ length: 20 }, () => database.createUser()))
      const address = await race(people, (sql) => sql`select catalog.open_store('gold', 'Gold', '', 'auto')`)
      for (const [results, detail] of [
        [same, 'store_exists'],
        [address, 'name_taken'],
      ] as const) {
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toMatchObject(refusal('409', detail))
        }
      }
    })
  })

  describe('claiming a namespace', () => {
    it('gives a free name to the caller’s store', async () => {
      expect(await claim(market.owner, 'acme-labs')).toMatchObject({
        name: 'acme-labs',
        store: { slug: 'acme' },
      })
    })

    it('refuses without a store, from a suspended one, and a name that is anybody’s', async () => {
      await expect(claim(market.buyer, 'fresh')).rejects.toMatchObject(refusal('409', 'store_required'))
      await expect(claim(market.rival, 'fresh')).rejects.toMatchObject(refusal('403', 'store_suspended'))
      await expect(claim(market.newcomer, 'acme')).rejects.toMatchObject(refusal('409', 'name_taken'))
      await expect(claim(market.owner, 'acme')).rejects.toMatchObject(refusal('409', 'name_taken'))
      for (const name of ['', 'Acme', 'a--b', 'a/b', '.a', 'a'.repeat(65)]) {
        await expect(claim(market.owner, name), name).rejects.toMatchObject({ code: '23514' })
      }
    })

    it('raced by twenty sellers, goes to one', async () => {
      const people = await Promise.all(Array.from({ length: 20 }, () => database.createUser()))
      for (const [index, person] of people.entries()) await open(person, `claimant-${index}`)
      const results = await race(people, (sql) => sql`select catalog.claim_namespace('prize')`)
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject(refusal('409', 'name_taken'))
      }
    })
  })

  describe('changing a package', () => {
    it('lets the owner price, move and withdraw it, and the listing follows', async () => {
      await publishAs(database, market.owner, { id: 'acme/changing' })
      const card = await change(market.owner, 'acme/changing', {
        price: { amount: 900, currency: 'USD' },
        category: 'tools',
      })
      expect(card).toMatchObject({ price: { amount: 900, currency: 'USD' }, category: { slug: 'tools' } })
      const [row] = await database.asAnon(
        (sql) => sql`
          select price_amount::int, category_slug, entry #>> '{price,amount}' as shown
          from catalog.marketplace_catalog_rows where handle = 'acme/changing'`,
      )
      expect(row).toEqual({ price_amount: 900, category_slug: 'tools', shown: '900' })
      await change(market.owner, 'acme/changing', { isAvailable: false })
      expect(await isListed('acme/changing')).toBe(false)
      await change(market.owner, 'acme/changing', { isAvailable: true })
      expect(await isListed('acme/changing')).toBe(true)
    })

    it('saved as it is, stays as it is, and its listing says the same', async () => {
      const price = { amount: 900, currency: 'USD' }
      const before = await change(market.owner, 'acme/changing', { price, category: 'tools' })
      expect(await change(market.owner, 'acme/changing', { category: 'tools' })).toEqual(before)
      const [row] = await database.admin`
        select entry from catalog.marketplace_catalog_rows where handle = 'acme/changing'`
      expect(row?.entry).toEqual(before)
    })

    it('is closed to the owner of a suspended store, and names the input at fault', async () => {
      await expect(change(market.rival, 'rival/tool', { isAvailable: false })).rejects.toMatchObject(
        refusal('403', 'store_suspended'),
      )
      await expect(change(market.owner, 'acme/free', { category: 'none' })).rejects.toMatchObject({
        ...refusal('422', 'validation_failed'),
        hint: 'category',
      })
    })

    it('answers a stranger as if it were not there', async () => {
      for (const person of [market.rival, market.newcomer, market.buyer]) {
        for (const handle of ['acme/free', 'house/base', 'acme/no-such']) {
          await expect(change(person, handle, { isAvailable: false })).rejects.toMatchObject(
            refusal('404', 'not_found'),
          )
        }
      }
      await expect(
        database.asAnon((sql) => sql`select catalog.update_package('acme/free', '{}')`),
      ).rejects.toMatchObject({ code: '42501' })
    })

    it('shows the operator’s decision at once, by whatever path it is written', async () => {
      for (const status of ['quarantined', 'approved', 'rejected', 'approved']) {
        await database.asService(
          (sql) => sql`update catalog.packages set status = ${status} where handle = 'acme/changing'`,
        )
        expect(await isListed('acme/changing'), status).toBe(status === 'approved')
      }
    })

    it('keeps featuring for operators, who may do it anywhere', async () => {
      await expect(change(market.owner, 'acme/free', { isFeatured: true })).rejects.toMatchObject(
        refusal('403', 'forbidden'),
      )
      await change(market.operator, 'acme/free', { isFeatured: true }, OPERATOR_CLAIMS)
      const featured = await database.asAnon(
        (sql) => sql`select handle from catalog.marketplace_catalog_rows where is_featured`,
      )
      expect(featured).toEqual([{ handle: 'acme/free' }])
      await change(market.operator, 'acme/free', { isFeatured: false }, OPERATOR_CLAIMS)
    })

    it('refuses a category that is unknown or retired, and a price below nothing', async () => {
      for (const category of ['none', 'retired', '']) {
        await expect(change(market.owner, 'acme/free', { category }), category).rejects.toMatchObject(
          refusal('422', 'validation_failed'),
        )
      }
      await expect(change(market.owner, 'acme/free', { price: { amount: -1 } })).rejects.toMatchObject({
        code: '23514',
      })
    })
  })

  describe('a store’s own changes', () => {
    const listedOf = async (slug: string) => {
      const rows = await database.asAnon(
        (sql) => sql<{ handle: string; store: string }[]>`
          select handle, entry #>> '{store,name}' as store from catalog.marketplace_catalog_rows
          where store_slug = ${slug} order by handle`,
      )
      return rows.map((row) => `${row.handle} by ${row.store}`)
    }

    it('reach every card: a new name, a suspension, a return', async () => {
      const seller = await database.createUser()
      await open(seller, 'moving')
      await claim(seller, 'moving')
      for (const name of ['one', 'two']) await publishAs(database, seller, { id: `moving/${name}` })
      expect(await listedOf('moving')).toEqual(['moving/one by A name', 'moving/two by A name'])
      await database.asUser(seller, (sql) => sql`update catalog.stores set name = 'Renamed'`)
      expect(await listedOf('moving')).toEqual(['moving/one by Renamed', 'moving/two by Renamed'])
      const setStatus = (status: string) =>
        database.asService((sql) => sql`update catalog.stores set status = ${status} where slug = 'moving'`)
      await setStatus('suspended')
      expect(await listedOf('moving')).toEqual([])
      expect(
        await database.asAnon((sql) => sql`select handle from catalog.packages where handle like 'moving/%'`),
      ).toHaveLength(0)
      await setStatus('approved')
      expect(await listedOf('moving')).toEqual(['moving/one by Renamed', 'moving/two by Renamed'])
    })

    it('leave the listing alone when only the description changes', async () => {
      const version = async () => {
        const [row] = await database.admin`
          select xmin::text from catalog.marketplace_catalog_rows where handle = 'acme/free'`
        return row?.xmin as string
      }
      const before = await version()
      await database.asUser(market.owner, (sql) => sql`update catalog.stores set description = 'New words'`)
      expect(await version()).toBe(before)
    })
  })

  it('the overview shows a seller everything of theirs and nothing of others', async () => {
    const overview = async (userId: string) => {
      const [row] = await database.asUser(
        userId,
        (sql) =>
          sql<
            { overview: { store: { slug: string; status: string } | null; packages: { handle: string }[] } }[]
          >`select catalog.seller_desk() as overview`,
      )
      return row?.overview
    }
    const own = await overview(market.owner)
    expect(own?.store).toMatchObject({ slug: 'acme', status: 'approved' })
    const handles = own?.packages.map((one) => one.handle)
    expect(handles).toEqual(expect.arrayContaining(['acme/pending', 'acme/quarantined', 'acme/withdrawn']))
    expect(handles?.every((handle) => handle.startsWith('acme/'))).toBe(true)
    expect(await overview(market.buyer)).toEqual({ store: null, namespaces: [], packages: [] })
  })

  it('the overview of the release before keeps its shape, for instances that are about to be replaced', async () => {
    const [row] = await database.asUser(
      market.owner,
      (sql) =>
        sql<
          { overview: { namespaces: unknown[]; packages: object[] } }[]
        >`select catalog.seller_overview() as overview`,
    )
    expect(row?.overview.namespaces).toContain('acme')
    expect(row?.overview.namespaces.every((name) => typeof name === 'string')).toBe(true)
    for (const entry of row?.overview.packages ?? []) expect(entry).not.toHaveProperty('role')
  })
})
