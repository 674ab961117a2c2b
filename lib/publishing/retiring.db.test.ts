import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous } from '#lib/kernel/actor'
import type * as downloading from '#lib/catalog/download-manifest'
import type * as reading from '#lib/catalog/get-package'
import type * as versions from '#lib/catalog/get-version'
import type * as dependents from '#lib/catalog/list-dependents'
import type * as db from '#lib/platform/db'
import type * as deleting from '#lib/publishing/delete-version'
import type * as deprecating from '#lib/publishing/deprecate'
import type * as overview from '#lib/publishing/get-seller-overview'
import type * as publishing from '#lib/publishing/publish-version'
import type * as yanking from '#lib/publishing/yank-version'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market } from '../../scripts/testing/market.ts'
import { tokenActor, useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

type Verbs = typeof downloading &
  typeof reading &
  typeof versions &
  typeof dependents &
  typeof deleting &
  typeof deprecating &
  typeof overview &
  typeof publishing &
  typeof yanking &
  Pick<typeof db, 'closeDatabase'>

describe('retiring what was published, and depending on it', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Verbs
  let counter = 0
  let id: string

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    useDatabase(database)
    verbs = {
      ...(await import('#lib/catalog/download-manifest')),
      ...(await import('#lib/catalog/get-package')),
      ...(await import('#lib/catalog/get-version')),
      ...(await import('#lib/catalog/list-dependents')),
      ...(await import('#lib/publishing/delete-version')),
      ...(await import('#lib/publishing/deprecate')),
      ...(await import('#lib/publishing/get-seller-overview')),
      ...(await import('#lib/publishing/publish-version')),
      ...(await import('#lib/publishing/yank-version')),
      ...(await import('#lib/platform/db')),
    }
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await database.drop()
  })
  beforeEach(() => {
    counter += 1
    id = `acme/retire-${counter}`
  })

  const owner = () => userActor(market.owner)
  const operator = () => userActor(market.operator, 'operator')

  async function publish(handle: string, version = '1.0.0', dependencies: Record<string, string> = {}) {
    const lines = Object.entries(dependencies).map(([needed, range]) => `  ${needed}: "${range}"\n`)
    const text =
      `id: ${handle}\nversion: ${version}\nkind: prompt\nmetadata:\n  name: N\n  description: D ${handle}.\n` +
      (lines.length > 0 ? `dependencies:\n${lines.join('')}` : '')
    return await verbs.publishVersion(owner(), new TextEncoder().encode(text))
  }
  const refused = (work: Promise<unknown>, expected: object) => expect(work).rejects.toMatchObject(expected)
  const lead = async (range: string) => {
    const found = await verbs.downloadManifest(anonymous, id, range)
    return found.kind === 'redirect' ? found.version : 'bytes'
  }
  const auditOf = async (subject: string) => {
    const rows = await database.admin<{ action: string }[]>`
      select action from identity.audit_entries where subject = ${subject} order by id`
    return rows.map(({ action }) => action)
  }

  describe('yanking', () => {
    it('takes a version out of latest and ranges, says why, and keeps it downloadable', async () => {
      await publish(id)
      await publish(id, '1.1.0')
      const yanked = await verbs.yankVersion(owner(), id, '1.1.0', 'Loses data')
      expect(yanked).toMatchObject({
        ...{ handle: id, latest: '1.0.0' },
        version: { version: '1.1.0', yanked: true, yankReason: 'Loses data' },
      })
      expect([await lead('latest'), await lead('^1.0'), await lead('1.1.0')]).toEqual([
        '1.0.0',
        '1.0.0',
        'bytes',
      ])
      expect(await verbs.getRegistryPackage(anonymous, id)).toMatchObject({ latest: '1.0.0' })
      const back = await verbs.unyankVersion(owner(), id, '1.1.0')
      expect(back).toMatchObject({ latest: '1.1.0', version: { yanked: false, yankReason: null } })
      expect(await lead('latest')).toBe('1.1.0')
      expect(await auditOf(`${id}@1.1.0`)).toEqual(['version.publish', 'version.yank', 'version.unyank'])
    })

    it('is done twice without harm, the second reason standing', async () => {
      await publish(id)
      await verbs.yankVersion(owner(), id, '1.0.0', 'First')
      expect(await verbs.yankVersion(owner(), id, '1.0.0', 'Second')).toMatchObject({
        version: { yankReason: 'Second' },
      })
      await verbs.unyankVersion(owner(), id, '1.0.0')
      expect(await verbs.unyankVersion(owner(), id, '1.0.0')).toMatchObject({ version: { yanked: false } })
    })

    it('of every version leaves the package off the shelf, yet there for its seller and by its number', async () => {
      await publish(id)
      await verbs.yankVersion(owner(), id, '1.0.0')
      expect(await verbs.getRegistryPackage(anonymous, id)).toMatchObject({
        latest: null,
        versions: [{ yanked: true }],
      })
      await refused(verbs.downloadManifest(anonymous, id, 'latest'), { code: 'not_found' })
      expect(await lead('1.0.0')).toBe('bytes')
      const { packages } = await verbs.getSellerOverview(owner())
      expect(packages.find(({ handle }) => handle === id)).toMatchObject({ latestVersion: null })
      const rows = await database.admin`select 1 from catalog.marketplace_catalog_rows where handle = ${id}`
      expect(rows).toHaveLength(0)
    })

    it('is the owner’s alone; who may not know the package learns nothing', async () => {
      await publish(id)
      const token = (rights: Parameters<typeof tokenActor>[1]) => tokenActor(market.owner, rights)
      const yank = (actor: Parameters<typeof verbs.yankVersion>[0], handle = id) =>
        verbs.yankVersion(actor, handle, '1.0.0')
      await refused(yank(anonymous), { code: 'unauthenticated' })
      await refused(yank(userActor(market.buyer)), { code: 'namespace_not_owned' })
      await refused(yank(operator()), { code: 'namespace_not_owned' })
      await refused(yank(token({ scopes: ['read'], namespaces: null })), { code: 'insufficient_scope' })
      await refused(yank(token({ scopes: ['yank'], namespaces: ['other'] })), { code: 'namespace_not_owned' })
      const absent = { code: 'not_found', status: 404 }
      await refused(yank(userActor(market.buyer), 'acme/nothing'), absent)
      await refused(yank(userActor(market.buyer), 'acme/quarantined'), absent)
      await refused(yank(userActor(market.buyer), 'acme/withdrawn'), absent)
      await refused(verbs.yankVersion(owner(), id, '9.9.9'), absent)
      await refused(yank(userActor(market.rival), 'rival/tool'), { code: 'store_suspended' })
      expect(await yank(token({ scopes: ['yank'], namespaces: ['acme'] }))).toMatchObject({ latest: null })
    })
  })

  describe('deprecation', () => {
    it('is told on the package, its card and the version, with what to use instead', async () => {
      await publish(id)
      await publish(id, '2.0.0')
      const advice = { message: 'No longer maintained', useInstead: 'acme/free' }
      await verbs.deprecatePackage(owner(), id, advice)
      await verbs.deprecateVersion(owner(), id, '1.0.0', { message: 'Old', useInstead: `${id}@2.0.0` })
      const page = await verbs.getPackage(anonymous, id)
      expect(page.deprecation).toEqual(advice)
      expect(page.versions.map(({ deprecation }) => deprecation)).toEqual([
        null,
        { message: 'Old', useInstead: `${id}@2.0.0` },
      ])
      const [row] = await database.admin`
        select entry -> 'deprecation' as told from catalog.marketplace_catalog_rows where handle = ${id}`
      expect(row).toEqual({ told: advice })
      expect([await lead('latest'), await lead('^1')]).toEqual(['2.0.0', '1.0.0'])
      await verbs.deprecatePackage(owner(), id, null)
      await verbs.deprecateVersion(owner(), id, '1.0.0', null)
      const after = await verbs.getPackage(anonymous, id)
      expect([after.deprecation, after.versions[1]?.deprecation]).toEqual([null, null])
      expect(await auditOf(id)).toEqual(expect.arrayContaining(['package.deprecate', 'package.undeprecate']))
    })

    it('names something that is there and is another', async () => {
      await publish(id)
      const advise = (useInstead: string) =>
        verbs.deprecatePackage(owner(), id, { message: 'Old', useInstead })
      const faulty = { code: 'validation_failed', issues: [{ path: 'useInstead' }] }
      for (const useInstead of ['acme/nothing', 'rival/tool', 'newcomer/first', id, `acme/free@9.9.9`]) {
        await refused(advise(useInstead), faulty)
      }
      await refused(verbs.deprecatePackage(userActor(market.buyer), id, { message: 'x' }), {
        code: 'namespace_not_owned',
      })
      expect((await verbs.getPackage(anonymous, id)).deprecation).toBeNull()
    })
  })

  describe('deleting', () => {
    it('leaves a tombstone whose number is never used again, and no bytes', async () => {
      await publish(id)
      await publish(id, '1.1.0')
      const left = await verbs.deleteVersion(operator(), id, '1.1.0', 'Held a password')
      expect(left).toEqual({ handle: id, version: '1.1.0', reason: 'Held a password', latest: '1.0.0' })
      await refused(verbs.downloadManifest(anonymous, id, '1.1.0'), { code: 'gone', status: 410 })
      await refused(verbs.getVersion(anonymous, id, '1.1.0'), { code: 'gone' })
      await refused(publish(id, '1.1.0'), { code: 'version_exists', status: 409 })
      expect(await lead('latest')).toBe('1.0.0')
      const page = await verbs.getRegistryPackage(anonymous, id)
      expect(page.versions.map(({ version }) => version)).toEqual(['1.0.0'])
      expect(page.deletedVersions).toMatchObject([{ version: '1.1.0', reason: 'Held a password' }])
      const bytes = await database.admin`
        select 1 from catalog.manifests where yaml_content like ${`%id: ${id}%`} and yaml_content like '%1.1.0%'`
      expect(bytes).toHaveLength(0)
      expect(await auditOf(`${id}@1.1.0`)).toContain('version.delete')
      await publish(id, '1.1.1')
    })

    it('keeps bytes that another version has too', async () => {
      const same = (handle: string) => database.admin`
        insert into catalog.versions (package_id, version, sort_key, is_prerelease, sha256, size_bytes, metadata)
        select (select id from catalog.packages where handle = ${handle}), '3.0.0', 'a3a0a0~', false, v.sha256,
          v.size_bytes, v.metadata
        from catalog.versions v join catalog.packages p on p.id = v.package_id where p.handle = ${id}`
      await publish(id)
      await same('acme/free')
      await verbs.deleteVersion(operator(), id, '1.0.0', 'Twin')
      expect(await verbs.downloadManifest(anonymous, 'acme/free', '3.0.0')).toMatchObject({ kind: 'bytes' })
      await database.admin`delete from catalog.versions where version = '3.0.0'`
    })

    it('is for operators in person', async () => {
      await publish(id)
      const forbidden = { code: 'forbidden', status: 403 }
      await refused(verbs.deleteVersion(owner(), id, '1.0.0', 'Mine'), forbidden)
      await refused(verbs.deleteVersion(anonymous, id, '1.0.0', 'x'), forbidden)
      const program = { ...tokenActor(market.operator, { scopes: ['yank'], namespaces: null }) }
      await refused(verbs.deleteVersion(program, id, '1.0.0', 'x'), forbidden)
      await refused(
        database.asUser(market.owner, (sql) => sql`select catalog.delete_version(${id}, '1.0.0', 'x')`),
        { code: 'SK403' },
      )
      await refused(verbs.deleteVersion(operator(), id, '9.9.9', 'x'), { code: 'not_found' })
      expect(await lead('1.0.0')).toBe('bytes')
    })
  })

  describe('dependencies', () => {
    it('must be there, in a version that fits, as far as the publisher may know; each fault is named', async () => {
      const work = publish(id, '1.0.0', {
        ...{ 'acme/free': '^1.0.0', 'acme/nothing': '*', 'acme/paid': '^2.0.0' },
        ...{ 'rival/tool': '^1.0.0', 'newcomer/first': '^1.0.0' },
      })
      await refused(work, {
        ...{ code: 'unknown_dependency', status: 422 },
        issues: [
          { path: 'dependencies["acme/nothing"]', message: 'There is no package acme/nothing.' },
          { path: 'dependencies["acme/paid"]', message: 'No version of acme/paid satisfies "^2.0.0".' },
          { path: 'dependencies["newcomer/first"]', message: 'There is no package newcomer/first.' },
          { path: 'dependencies["rival/tool"]', message: 'There is no package rival/tool.' },
        ],
      })
      await refused(verbs.getPackage(anonymous, id), { code: 'not_found' })
      await publish(id, '1.0.0', { 'acme/free': '^1.0.0', 'acme/pending': '*', 'acme/paid': '1.0.0' })
    })

    it('never lead back to the package, however long the way; the way is named', async () => {
      const [a, b, c] = [`${id}-a`, `${id}-b`, `${id}-c`]
      await publish(a)
      await publish(b, '1.0.0', { [a]: '^1.0.0' })
      await publish(c, '1.0.0', { [b]: '^1.0.0' })
      await refused(publish(a, '1.1.0', { [c]: '>=1 <2' }), {
        ...{ code: 'dependency_cycle', status: 422 },
        issues: [{ path: `dependencies["${c}"]`, message: [a, c, b, a].join(' → ') }],
      })
      await refused(publish(a, '1.1.0', { [b]: '*' }), { issues: [{ message: [a, b, a].join(' → ') }] })
      // A version that needs nothing breaks the circle.
      await publish(b, '1.1.0')
      await publish(a, '1.1.0', { [c]: '^1.0.0' })
      await refused(publish(b, '1.2.0', { [a]: '^1.1.0' }), { code: 'dependency_cycle' })
    })

    it('raced, no two packages come to need each other', async () => {
      const [a, b] = [`${id}-a`, `${id}-b`]
      await Promise.all([publish(a), publish(b)])
      const results = await Promise.allSettled([
        publish(a, '1.1.0', { [b]: '^1.0.0' }),
        publish(b, '1.1.0', { [a]: '^1.0.0' }),
      ])
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      const rejected = results.find((result) => result.status === 'rejected')
      expect(rejected?.reason).toMatchObject({ code: 'dependency_cycle' })
    })

    it('are listed the other way round, page by page, by what is on the shelf now', async () => {
      await publish(id)
      const handles = Array.from({ length: 5 }, (_, index) => `${id}-user-${index}`)
      for (const handle of handles) await publish(handle, '1.0.0', { [id]: '^1.0.0' })
      // One no longer needs it, one was taken off the shelf.
      await publish(handles[0] ?? '', '2.0.0')
      await database.admin`update catalog.packages set is_available = false where handle = ${handles[1] ?? ''}`
      const first = await verbs.listDependents(anonymous, id, { limit: 2 })
      expect(first.meta).toMatchObject({ total: 3, limit: 2 })
      const second = await verbs.listDependents(anonymous, id, {
        limit: 2,
        cursor: first.meta.nextCursor ?? '',
      })
      expect(second.meta.nextCursor).toBeNull()
      const seen = [...first.items, ...second.items]
      expect(seen.map(({ handle }) => handle)).toEqual(handles.slice(2))
      expect(seen[0]?.range).toBe('^1.0.0')
      await refused(verbs.listDependents(anonymous, 'acme/quarantined', { limit: 2 }), { code: 'not_found' })
      await refused(verbs.listDependents(anonymous, id, { limit: 2, cursor: 'x' }), { code: 'bad_request' })
    })
  })

  it('tells one version by its number, by latest and by a range', async () => {
    for (const version of ['1.0.0', '1.2.0', '2.0.0-rc.1']) await publish(id, version)
    const read = async (range: string) => (await verbs.getVersion(anonymous, id, range)).version
    expect([await read('1.0.0'), await read('latest'), await read('>=1 <3')]).toEqual([
      '1.0.0',
      '1.2.0',
      '1.2.0',
    ])
    for (const range of ['9.9.9', '^9', 'nonsense'])
      await refused(verbs.getVersion(anonymous, id, range), { code: 'not_found' })
    await refused(verbs.getVersion(anonymous, 'acme/quarantined', 'latest'), { code: 'not_found' })
  })
})
