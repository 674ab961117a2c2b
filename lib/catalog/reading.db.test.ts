import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Actor, anonymous } from '#lib/kernel/actor'
import type * as downloading from '#lib/catalog/download-manifest'
import type * as reading from '#lib/catalog/get-package'
import { packagePageSchema, registryPackageSchema } from '#lib/catalog/schemas'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS, publishAs } from '../../scripts/testing/market.ts'
import { tokenActor, useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

const readers = ['anon', 'stranger', 'buyer', 'owner', 'operator'] as const
type Reader = (typeof readers)[number]
/** `ok` with the text; null where the reader may not know that there is such a package. */
type Answer = 'ok' | 'unauthenticated' | 'payment_required' | null

/** One answer for each reader, in the order of `readers`. */
const answers: Record<string, readonly Answer[]> = {
  'acme/free': ['ok', 'ok', 'ok', 'ok', 'ok'],
  'acme/paid': ['unauthenticated', 'payment_required', 'ok', 'ok', 'ok'],
  'acme/pending': [null, null, null, 'ok', 'ok'],
  'acme/quarantined': [null, null, null, 'ok', 'ok'],
  'acme/withdrawn': [null, null, null, 'ok', 'ok'],
  'acme/bought-then-withdrawn': [null, null, 'ok', 'ok', 'ok'],
  'acme/bought-then-quarantined': [null, null, null, 'ok', 'ok'],
  'rival/tool': [null, null, null, null, 'ok'],
  'newcomer/first': [null, null, null, null, 'ok'],
  'house/base': ['ok', 'ok', 'ok', 'ok', 'ok'],
  'acme/nothing': [null, null, null, null, null],
}

describe('reading packages', () => {
  let database: TestDatabase
  let market: Market
  let stranger: string
  let downloadManifest: typeof downloading.downloadManifest
  let getPackage: typeof reading.getPackage
  let findPackage: typeof reading.findPackage
  let getRegistryPackage: typeof reading.getRegistryPackage
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    stranger = await database.createUser()
    await publishAs(database, market.owner, { id: 'acme/yanked' })
    for (const name of ['bought-then-withdrawn', 'bought-then-quarantined']) {
      await publishAs(database, market.owner, { id: `acme/${name}` })
      await database.asService(
        (sql) => sql`
          insert into commerce.entitlements (user_id, package_id, source)
          select ${market.buyer}, id, 'free' from catalog.packages where handle = ${`acme/${name}`}`,
      )
    }
    await database.asService(async (sql) => {
      await sql`update catalog.packages set is_available = false where handle = 'acme/bought-then-withdrawn'`
      await sql`update catalog.packages set status = 'quarantined' where handle = 'acme/bought-then-quarantined'`
    })
    useDatabase(database)
    ;({ downloadManifest } = await import('#lib/catalog/download-manifest'))
    ;({ findPackage, getPackage, getRegistryPackage } = await import('#lib/catalog/get-package'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  function actorOf(reader: Reader): Actor {
    if (reader === 'anon') return anonymous
    if (reader === 'stranger') return userActor(stranger)
    return userActor(market[reader], reader === 'operator' ? 'operator' : null)
  }

  async function readManifest(reader: Reader, handle: string, version = '1.0.0') {
    type Row = { outcome: Answer; yaml: string | null }
    const actor = actorOf(reader)
    const claims = reader === 'operator' ? OPERATOR_CLAIMS : {}
    const [row] = await (actor.kind === 'anonymous'
      ? database.asAnon(
          (sql) => sql<Row[]>`
            select outcome, yaml_content as yaml from catalog.read_manifest(${handle}, ${version})`,
        )
      : database.asUser(
          actor.userId,
          (sql) => sql<Row[]>`
            select outcome, yaml_content as yaml from catalog.read_manifest(${handle}, ${version})`,
          claims,
        ))
    return row
  }

  describe.each(Object.entries(answers))('the manifest of %s', (handle, expected) => {
    it.each(readers)('for %s', async (reader) => {
      const answer = expected[readers.indexOf(reader)] ?? null
      const row = await readManifest(reader, handle)
      expect(row?.outcome ?? null).toBe(answer)
      // The text comes with the right to it and never without.
      expect(typeof row?.yaml === 'string').toBe(answer === 'ok')
      expect(await readManifest(reader, handle, '9.9.9')).toBeUndefined()

      const download = downloadManifest(actorOf(reader), handle, '1.0.0')
      if (answer === 'ok')
        await expect(download).resolves.toMatchObject({
          kind: 'bytes',
          bytes: Buffer.from(row?.yaml ?? ''),
        })
      else await expect(download).rejects.toMatchObject({ code: answer ?? 'not_found' })
    })
  })

  it('marks as public only what everybody may have, so that nothing bought reaches a shared cache', async () => {
    const isPublic = async (reader: Reader, handle: string) => {
      const download = await downloadManifest(actorOf(reader), handle, '1.0.0')
      return download.kind === 'bytes' && download.isPublic
    }
    expect(await isPublic('buyer', 'acme/free')).toBe(true)
    expect(await isPublic('buyer', 'acme/paid')).toBe(false)
    expect(await isPublic('owner', 'acme/pending')).toBe(false)
  })

  it('lets a token read what was bought only with the scope and in its namespaces', async () => {
    const read = (rights: Parameters<typeof tokenActor>[1]) =>
      downloadManifest(tokenActor(market.buyer, rights), 'acme/paid', '1.0.0')
    await expect(read({ scopes: ['read'], namespaces: null })).resolves.toMatchObject({ kind: 'bytes' })
    await expect(read({ scopes: ['read'], namespaces: ['acme'] })).resolves.toMatchObject({ kind: 'bytes' })
    await expect(read({ scopes: ['read'], namespaces: ['other'] })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(read({ scopes: ['publish:new'], namespaces: null })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
  })

  it('resolves latest for a buyer of what was withdrawn since, and for nobody else', async () => {
    const latest = (reader: Reader) =>
      downloadManifest(actorOf(reader), 'acme/bought-then-withdrawn', 'latest')
    await expect(latest('buyer')).resolves.toEqual({ kind: 'redirect', version: '1.0.0', isPublic: false })
    await expect(latest('stranger')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('shows a token no page of its owner beyond its namespaces', async () => {
    const page = (namespaces: string[] | null) =>
      getPackage(tokenActor(market.owner, { scopes: ['read'], namespaces }), 'acme/pending')
    await expect(page(['acme'])).resolves.toMatchObject({ handle: 'acme/pending' })
    await expect(page(['other'])).rejects.toMatchObject({ code: 'not_found' })
  })

  it('says that a page is for everybody only of what everybody may see, whoever asks', async () => {
    for (const reader of ['owner', 'stranger'] as const) {
      await expect(findPackage(actorOf(reader), 'acme/free')).resolves.toMatchObject({ isPublic: true })
    }
    await expect(findPackage(actorOf('owner'), 'acme/pending')).resolves.toMatchObject({ isPublic: false })
  })

  it('a yanked version stays downloadable', async () => {
    await database.asService(
      (sql) => sql`
        update catalog.versions set yanked_at = now(), yank_reason = 'Broken'
        where package_id = (select id from catalog.packages where handle = 'acme/yanked')`,
    )
    await expect(downloadManifest(anonymous, 'acme/yanked', '1.0.0')).resolves.toMatchObject({
      kind: 'bytes',
    })
  })

  describe('the package page', () => {
    it('has the most popular others of its category as neighbours, the same kind first', async () => {
      const undone = new Error('undone')
      const compared: { handles: string[]; expected: string[] }[] = []
      const trial = database.admin.begin(async (sql) => {
        await sql`
          insert into catalog.marketplace_catalog_rows (registry_id, handle, entry, display_name, kind, product_type,
            category_slug, price_amount, hot_score, search, created_at, updated_at)
          select 'peer', 'peer/n' || n, jsonb_build_object('handle', 'peer/n' || n), 'N', case when n = 7 then 'app'
              else ('{agent,prompt,mcp-server}'::text[])[1 + n % 3] end, 'seller', 'c' || n % 2, 0, n * 7 % 20, '', now(), now()
          from generate_series(1, 60) n`
        compared.push(
          ...(await sql<{ handles: string[]; expected: string[] }[]>`
            select array(
                select near ->> 'handle' from jsonb_array_elements(
                  catalog.neighbours(of.handle, of.category_slug, of.kind)) near) as handles,
              array(
                select r.handle from catalog.marketplace_catalog_rows r
                where r.category_slug = of.category_slug and r.handle <> of.handle
                order by (r.kind = of.kind) desc, r.hot_score desc, r.handle limit 6) as expected
            from catalog.marketplace_catalog_rows of`),
        )
        throw undone
      })
      await expect(trial).rejects.toBe(undone)
      expect(compared.length).toBeGreaterThan(60)
      for (const { handles, expected } of compared) expect(handles).toEqual(expected)
      expect(compared.filter(({ handles }) => handles.length === 6).length).toBeGreaterThan(50)
    })

    it('holds everything it shows, in the shape of the contract', async () => {
      const page = packagePageSchema.parse(await getPackage(anonymous, 'acme/free'))
      expect(page).toMatchObject({
        handle: 'acme/free',
        store: { slug: 'acme', name: 'acme' },
        rating: { average: 4, count: 1 },
        tagDetails: [{ key: 'state', value: 'free', source: 'author' }],
        reviews: [{ rating: 4, body: 'Good.' }],
        versions: [{ version: '1.0.0', yanked: false }],
      })
      expect(page.related.map((card) => card.handle)).toEqual(['acme/paid', 'acme/yanked', 'house/base'])
      expect(registryPackageSchema.parse(await getRegistryPackage(anonymous, 'acme/free')).latest).toBe(
        '1.0.0',
      )
    })

    it('is seen by whom the package is for, and is not found by everybody else', async () => {
      // Withdrawn, a page is still its buyers'; hidden by the operator, it is nobody's but the owner's and theirs.
      const seen: Record<string, readonly Reader[]> = {
        'acme/free': readers,
        'acme/paid': readers,
        'acme/pending': ['owner', 'operator'],
        'acme/quarantined': ['owner', 'operator'],
        'acme/withdrawn': ['owner', 'operator'],
        'acme/bought-then-withdrawn': ['buyer', 'owner', 'operator'],
        'acme/bought-then-quarantined': ['owner', 'operator'],
        'rival/tool': ['operator'],
        'acme/nothing': [],
      }
      for (const [handle, allowed] of Object.entries(seen)) {
        for (const reader of readers) {
          const page = getPackage(actorOf(reader), handle)
          if (allowed.includes(reader)) expect(await page, `${handle} by ${reader}`).toMatchObject({ handle })
          else
            await expect(page, `${handle} by ${reader}`).rejects.toMatchObject({
              code: 'not_found',
              status: 404,
            })
        }
      }
    })

    it('answers hidden and absent alike', async () => {
      const refusalOf = async (handle: string) => {
        const error: unknown = await getPackage(anonymous, handle).catch((failure: unknown) => failure)
        return String(error).replace(handle, 'X')
      }
      expect(await refusalOf('acme/pending')).toBe(await refusalOf('acme/nothing'))
    })
  })
})
