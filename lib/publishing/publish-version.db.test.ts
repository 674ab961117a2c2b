import { createHash } from 'node:crypto'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compareVersions, latestOf } from '#lib/kernel/semver'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import {
  createMarket,
  type Market,
  OPERATOR_CLAIMS,
  publishArguments,
  publishAs,
  type PublishInput,
} from '../../scripts/testing/market.ts'

describe('catalog.publish_version', () => {
  let database: TestDatabase
  let market: Market
  let counter = 0
  /** A name of its own for each test. */
  let id: string

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
  })
  afterAll(() => database.drop())
  beforeEach(() => {
    counter += 1
    id = `acme/test-${counter}`
  })

  const publish = (input: PublishInput, userId = market.owner, claims = {}) =>
    publishAs(database, userId, input, claims)
  const refusal = (sqlstate: string, detail: string) => ({ code: `SK${sqlstate}`, detail })

  async function footprint(): Promise<unknown> {
    const rows = await database.admin`
      select (select count(*)::int from catalog.packages) as packages,
        (select count(*)::int from catalog.versions) as versions,
        (select count(*)::int from catalog.manifests) as manifests,
        (select count(*)::int from catalog.package_tags) as tags,
        (select count(*)::int from catalog.package_stats) as stats,
        (select count(*)::int from catalog.marketplace_catalog_rows) as listed,
        (select max(updated_at)::text from catalog.packages) as changed`
    return rows[0]
  }

  async function listed(handle: string) {
    const [row] = await database.asAnon(
      (sql) => sql<{ entry: { latestVersion: string; name: string; tags: string[]; summary: string } }[]>`
        select entry from catalog.marketplace_catalog_rows where handle = ${handle}`,
    )
    return row?.entry
  }

  it('stores the exact text under its hash and lists the package with its card', async () => {
    const yaml = 'id: x\r\n# trailing spaces   \r\nname: "Ünïcode 🕌"\n\n'
    const published = await publish({
      id,
      yaml,
      kind: 'agent',
      category: 'tools',
      metadata: {
        name: 'First',
        description: 'Does one thing.',
        tags: ['task:one', 'a:b:c'],
        license: 'MIT',
      },
      dependencies: { 'acme/free': '^1.0.0' },
      autoTags: ['license:mit', 'task:one'],
    })
    const sha256 = createHash('sha256').update(yaml).digest('hex')
    expect(published.version).toMatchObject({ version: '1.0.0', sha256, sizeBytes: Buffer.byteLength(yaml) })
    expect(await listed(id)).toMatchObject({
      name: 'First',
      summary: 'Does one thing.',
      latestVersion: '1.0.0',
      kind: 'agent',
      category: { slug: 'tools', name: 'Tools' },
      store: { slug: 'acme', name: 'acme' },
      tags: ['a:b:c', 'license:mit', 'task:one'],
    })
    const [stored] = await database.admin`
      select m.yaml_content, v.dependencies, v.published_by from catalog.versions v
      join catalog.manifests m using (sha256) join catalog.packages p on p.id = v.package_id where p.handle = ${id}`
    expect(stored).toEqual({
      yaml_content: yaml,
      dependencies: { 'acme/free': '^1.0.0' },
      published_by: market.owner,
    })
    const tags = await database.admin`
      select t.key, t.value, t.source from catalog.package_tags t
      join catalog.packages p on p.id = t.package_id where p.handle = ${id} order by t.key`
    expect(tags).toEqual([
      { key: 'a', value: 'b:c', source: 'author' },
      { key: 'license', value: 'mit', source: 'auto' },
      { key: 'task', value: 'one', source: 'author' },
    ])
  })

  it('keeps equal manifests once, each version still its own', async () => {
    const yaml = `same: ${id}\n`
    await publish({ id, yaml })
    await publish({ id, yaml, version: '1.0.1' })
    const rows = await database.admin`select 1 from catalog.manifests where yaml_content = ${yaml}`
    expect(rows).toHaveLength(1)
  })

  it('refuses, and then has written nothing', async () => {
    await publish({ id })
    const { owner, rival, newcomer, buyer, operator } = market
    const cases: [string, PublishInput, string, object, { code: string; detail: string }][] = [
      ['an existing version', { id }, owner, {}, refusal('409', 'version_exists')],
      ['other bytes', { id, yaml: 'other: true\n' }, owner, {}, refusal('409', 'version_exists')],
      ['a foreign namespace', { id: 'acme/mine' }, newcomer, {}, refusal('403', 'namespace_not_owned')],
      ['no store at all', { id: 'acme/mine' }, buyer, {}, refusal('403', 'namespace_not_owned')],
      ['an unknown namespace', { id: 'nobody/x' }, owner, {}, refusal('403', 'namespace_not_owned')],
      [
        'an operator in a seller’s',
        { id: 'acme/op' },
        operator,
        OPERATOR_CLAIMS,
        refusal('403', 'namespace_not_owned'),
      ],
      ['the house', { id: 'house/mine' }, owner, {}, refusal('403', 'namespace_not_owned')],
      ['a suspended store', { id: 'rival/next' }, rival, {}, refusal('403', 'store_suspended')],
      ['another kind', { id, version: '2.0.0', kind: 'app' }, owner, {}, refusal('422', 'kind_changed')],
      [
        'no such category',
        { id, version: '2.0.0', category: 'none' },
        owner,
        {},
        refusal('422', 'validation_failed'),
      ],
      [
        'a retired category',
        { id: 'acme/new', category: 'retired' },
        owner,
        {},
        refusal('422', 'validation_failed'),
      ],
      [
        'a token for updates publishing anew',
        { id: 'acme/new', scopes: ['publish:update', 'read'] },
        owner,
        {},
        refusal('403', 'insufficient_scope'),
      ],
      [
        'a token for new packages updating',
        { id, version: '2.0.0', scopes: ['publish:new', 'yank'] },
        owner,
        {},
        refusal('403', 'insufficient_scope'),
      ],
      [
        'a token without scopes',
        { id: 'acme/new', scopes: [] },
        owner,
        {},
        refusal('403', 'insufficient_scope'),
      ],
    ]
    const before = await footprint()
    for (const [what, input, userId, claims, expected] of cases) {
      await expect(publish(input, userId, claims), what).rejects.toMatchObject(expected)
      expect(await footprint(), what).toEqual(before)
    }
  })

  it('is out of reach for visitors and for the service', async () => {
    const { manifest, yaml, release } = publishArguments({ id })
    for (const act of [database.asAnon, database.asService]) {
      await expect(
        act(
          (sql) =>
            sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`,
        ),
      ).rejects.toMatchObject({ code: '42501' })
    }
    // A token without a subject is nobody.
    await expect(publish({ id }, market.owner, { sub: null })).rejects.toMatchObject(
      refusal('401', 'unauthenticated'),
    )
  })

  it('lets a token do what its scopes say', async () => {
    await publish({ id, scopes: ['publish:new'] })
    const second = await publish({ id, version: '1.1.0', scopes: ['publish:update'] })
    expect(second.package.latestVersion).toBe('1.1.0')
  })

  it('keeps under manual approval, or in a store that waits, what is new out of sight', async () => {
    const manual = await publish({ id, approval: 'manual' })
    const waiting = await publish({ id: 'newcomer/second' }, market.newcomer)
    expect([manual.package.status, waiting.package.status]).toEqual(['pending', 'pending'])
    expect(await listed(id)).toBeUndefined()
    const visible = await database.asAnon(
      (sql) => sql`select handle from catalog.packages where handle in (${id}, 'newcomer/second')`,
    )
    expect(visible).toHaveLength(0)
    // A further version does not approve it, whatever the setting is by then.
    expect((await publish({ id, version: '1.0.1' })).package.status).toBe('pending')
    expect(await listed(id)).toBeUndefined()
  })

  it('an older patch is added without taking over name, tags or latest', async () => {
    const auto = (registry: string) => [`registry:${registry}`]
    await publish({
      id,
      version: '1.0.0',
      metadata: { name: 'One', tags: ['era:one'] },
      autoTags: auto('npm'),
    })
    await publish({
      id,
      version: '2.0.0',
      metadata: { name: 'Two', tags: ['era:two'] },
      autoTags: auto('pypi'),
    })
    await publish({
      id,
      version: '1.0.1',
      metadata: { name: 'Old', tags: ['era:old'] },
      autoTags: auto('oci'),
    })
    expect(await listed(id)).toMatchObject({
      name: 'Two',
      latestVersion: '2.0.0',
      tags: ['era:two', 'registry:pypi'],
    })
  })

  it('a prerelease speaks for the package only while there is no release', async () => {
    await publish({ id, version: '1.0.0-beta.2' })
    await publish({ id, version: '1.0.0-beta.10' })
    expect((await listed(id))?.latestVersion).toBe('1.0.0-beta.10')
    await publish({ id, version: '0.9.0' })
    expect((await listed(id))?.latestVersion).toBe('0.9.0')
    await publish({ id, version: '2.0.0-rc.1' })
    expect((await listed(id))?.latestVersion).toBe('0.9.0')
  })

  it('a yanked latest gives its place back, name and tags with it', async () => {
    await publish({
      id,
      version: '1.0.0',
      metadata: { name: 'One', tags: ['era:one'] },
      autoTags: ['license:mit'],
    })
    const { packageId } = await publish({
      ...{ id, version: '1.1.0', autoTags: ['license:isc'] },
      metadata: { name: 'Broken', tags: ['era:two'] },
    })
    const refresh = () =>
      database.asService(async (sql) => {
        await sql`select catalog.refresh_latest(${packageId})`
        await sql`select catalog.index_package(${packageId})`
      })
    await database.asService(
      (sql) =>
        sql`update catalog.versions set yanked_at = now() where package_id = ${packageId} and version = '1.1.0'`,
    )
    await refresh()
    expect(await listed(id)).toMatchObject({
      ...{ name: 'One', latestVersion: '1.0.0' },
      tags: ['era:one', 'license:mit'],
    })
    await database.asService(
      (sql) => sql`update catalog.versions set yanked_at = now() where package_id = ${packageId}`,
    )
    await refresh()
    expect(await listed(id)).toBeUndefined()
  })

  it('keeps tags that an operator set by hand', async () => {
    const { packageId } = await publish({ id, metadata: { tags: ['a:one'] } })
    await database.asService(
      (sql) => sql`
        insert into catalog.package_tags (package_id, key, value, source) values (${packageId}, 'pick', 'best', 'manual')`,
    )
    await publish({ id, version: '1.1.0', metadata: { tags: ['a:two'] }, autoTags: ['pick:best'] })
    expect((await listed(id))?.tags).toEqual(['a:two', 'pick:best'])
  })

  it('keeps the category of an existing package unless another is asked for', async () => {
    await publish({ id, category: 'tools' })
    await publish({ id, version: '1.0.1' })
    expect(await listed(id)).toMatchObject({ category: { slug: 'tools' } })
    await publish({ id, version: '1.0.2', category: 'other' })
    expect(await listed(id)).toMatchObject({ category: { slug: 'other' } })
  })

  it('remains when its publisher’s account is deleted', async () => {
    const operator = await database.createUser()
    await publish({ id: 'house/kept' }, operator, OPERATOR_CLAIMS)
    await database.admin`delete from auth.users where id = ${operator}`
    const [row] = await database.admin`
      select v.published_by, v.version from catalog.versions v join catalog.packages p on p.id = v.package_id
      where p.handle = 'house/kept'`
    expect(row).toEqual({ published_by: null, version: '1.0.0' })
  })

  describe('raced from twenty connections', () => {
    let racers: postgres.Sql

    beforeAll(() => {
      racers = postgres(database.url, { max: 20, onnotice: () => undefined })
    })
    afterAll(() => racers.end({ timeout: 5 }))

    async function race(inputs: PublishInput[]): Promise<PromiseSettledResult<unknown>[]> {
      const claims = JSON.stringify({ sub: market.owner, role: 'authenticated' })
      // All connections are open before the first one publishes.
      await Promise.all(inputs.map(() => racers`select pg_sleep(0.05)`))
      return Promise.allSettled(
        inputs.map((input) =>
          racers.begin(async (sql) => {
            const { manifest, yaml, release } = publishArguments(input)
            await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
            await sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`
          }),
        ),
      )
    }

    it('exactly one wins a version, of a new package and of an existing one', async () => {
      for (const version of ['1.0.0', '1.1.0']) {
        const inputs = Array.from({ length: 200 }, (_, index) => ({ id, version, yaml: `racer: ${index}\n` }))
        const results = await race(inputs)
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
        for (const result of results) {
          if (result.status === 'rejected')
            expect(result.reason).toMatchObject(refusal('409', 'version_exists'))
        }
        const rows = await database.admin`
          select m.yaml_content from catalog.versions v join catalog.manifests m using (sha256)
          join catalog.packages p on p.id = v.package_id where p.handle = ${id} and v.version = ${version}`
        expect(rows).toHaveLength(1)
        const winner = results.findIndex((result) => result.status === 'fulfilled')
        expect(rows[0]).toEqual({ yaml_content: `racer: ${winner}\n` })
      }
    })

    it('all win with a version each, and the highest speaks for the package', async () => {
      const inputs = Array.from({ length: 20 }, (_, index) => ({ id, version: `1.${index}.0` }))
      expect((await race(inputs)).map((result) => result.status)).toEqual(inputs.map(() => 'fulfilled'))
      expect((await listed(id))?.latestVersion).toBe('1.19.0')
    })
  })

  it('always lists what semver calls latest, whatever is published in whatever order', async () => {
    const identifier = fc.constantFrom('0', '2', '10', 'alpha', 'beta', 'rc-1')
    const version = fc
      .tuple(fc.nat(3), fc.nat(12), fc.nat(3), fc.array(identifier, { maxLength: 2 }))
      .map(([major, minor, patch, stage]) =>
        [`${major}.${minor}.${patch}`, ...(stage.length > 0 ? [stage.join('.')] : [])].join('-'),
      )
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(version, { minLength: 1, maxLength: 6 }), async (versions) => {
        run += 1
        const handle = `${id}-${run}`
        for (const one of versions) await publish({ id: handle, version: one })
        const expected = latestOf(versions.map((one) => ({ version: one, yanked: false })))
        expect((await listed(handle))?.latestVersion).toBe(expected)
        const [page] = await database.asAnon(
          (sql) => sql<{ page: { versions: { version: string }[] } }[]>`
            select catalog.package_page(${handle}) as page`,
        )
        expect(page?.page.versions.map((one) => one.version)).toEqual(
          [...versions].sort(compareVersions).reverse(),
        )
      }),
      { numRuns: 25 },
    )
  })
})
