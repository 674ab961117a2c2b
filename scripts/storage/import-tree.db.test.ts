import { createHash, randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { wayToDatabase } from '../testing/cut-off.ts'
import { openStoreAs, replaceCategories } from '../testing/market.ts'
import { useDatabase } from '../testing/web-settings.ts'
import type * as importing from './import-tree.ts'
import { progressLine } from './progress-bar.ts'

const manifest = (handle: string, version: string, more = '') =>
  `id: ${handle}\nversion: ${version}\nkind: prompt\nmetadata:\n  name: ${handle}\n  description: From the old tree.\n${more}`

describe('the import of the old file tree', () => {
  let database: TestDatabase
  let importTree: typeof importing.importTree
  let closeDatabase: typeof db.closeDatabase
  let dir: string
  /** Of its own for each test. */
  let namespace: string

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    await openStoreAs(database, await database.createUser(), 'keeper')
    useDatabase(database)
    ;({ importTree } = await import('./import-tree.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'souk-test-tree-'))
    namespace = `old-${randomBytes(4).toString('hex')}`
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  async function put(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), content)
  }
  const putVersion = (name: string, version: string, content = manifest(`${namespace}/${name}`, version)) =>
    put(`${namespace}/${name}/${version}/${name}-${version}.yaml`, content)
  const run = (options: Partial<importing.ImportOptions> = {}) =>
    importTree({ dir, isApplied: true, parallel: 4, storeSlug: 'keeper', ...options })
  const published = () =>
    database.admin<{ key: string; sha256: string }[]>`
      select p.handle || '@' || v.version as key, encode(v.sha256, 'hex') as sha256
      from catalog.versions v join catalog.packages p on p.id = v.package_id
      where p.handle like ${`${namespace}/%`} order by 1`

  /** Names, kinds, sizes, times and contents of everything in the tree. */
  async function fingerprint(): Promise<string[]> {
    const entries = await readdir(dir, { recursive: true })
    return await Promise.all(
      entries.sort().map(async (entry) => {
        const path = join(dir, entry)
        const { mode, size, mtimeMs } = await lstat(path)
        const content = (await lstat(path)).isFile() ? await readFile(path) : ''
        return [entry, mode, size, mtimeMs, createHash('sha256').update(content).digest('hex')].join(' ')
      }),
    )
  }

  it('says what it would do and writes nothing', async () => {
    await putVersion('base', '1.0.0')
    await putVersion('broken', '1.0.0', 'id: [')
    const before = await database.admin`select count(*) from catalog.namespaces`
    const report = await run({ isApplied: false })
    expect(report).toMatchObject({ migrated: 1, alreadyThere: 0, verified: 0 })
    expect(report.invalid).toHaveLength(1)
    expect(await published()).toEqual([])
    expect(await database.admin`select count(*) from catalog.namespaces`).toEqual(before)
  })

  it('brings every version over byte for byte, reads each again, and finds it there the next time', async () => {
    const contents = new Map<string, string>()
    for (const name of ['base', 'extra', 'third']) {
      for (const version of ['1.0.0', '1.1.0-rc.1', '2.0.0']) {
        const text = manifest(`${namespace}/${name}`, version, `# ${name} — “as it was”\r\n`)
        contents.set(`${namespace}/${name}@${version}`, text)
        await putVersion(name, version, text)
      }
    }
    const before = await fingerprint()
    expect(await run()).toMatchObject({
      ...{ migrated: 9, alreadyThere: 0, verified: 9, different: [], invalid: [], missing: [] },
    })
    expect(await published()).toEqual(
      [...contents]
        .map(([key, text]) => ({ key, sha256: createHash('sha256').update(text).digest('hex') }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    )
    expect(await run()).toMatchObject({ migrated: 0, alreadyThere: 9, verified: 9 })
    expect(await fingerprint()).toEqual(before)
  })

  it('is not held up by what one person may publish in an hour', async () => {
    const { env } = await import('#lib/platform/env')
    const before = env().PUBLISH_NEW_PER_HOUR
    env().PUBLISH_NEW_PER_HOUR = 2
    try {
      for (let index = 0; index < 5; index += 1) await putVersion(`p${index}`, '1.0.0')
      expect(await run()).toMatchObject({ migrated: 5, invalid: [], verified: 5 })
    } finally {
      env().PUBLISH_NEW_PER_HOUR = before
    }
  })

  it('goes on where it was interrupted', async () => {
    for (let index = 0; index < 30; index += 1) await putVersion(`p${index}`, '1.0.0')
    const interruption = new AbortController()
    const first = await run({
      parallel: 2,
      signal: interruption.signal,
      onProgress: (_phase, done) => {
        if (done === 7) interruption.abort()
      },
    })
    expect(first.isInterrupted).toBe(true)
    expect(first.migrated).toBeLessThan(30)
    const second = await run()
    expect(second.alreadyThere).toBe(first.migrated)
    expect(second).toMatchObject({ migrated: 30 - first.migrated, verified: 30 })
  })

  it('takes a package before the one that it needs, and its neighbour all the same', async () => {
    const needs = `dependencies:\n  ${namespace}/zebra: ^1.0.0\n`
    await putVersion('aardvark', '1.0.0', manifest(`${namespace}/aardvark`, '1.0.0', needs))
    await putVersion('zebra', '1.0.0')
    expect(await run({ parallel: 1 })).toMatchObject({ migrated: 2, invalid: [], verified: 2 })
  })

  it('tells of each thing that cannot be imported, where and why, and follows no link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'souk-test-outside-'))
    try {
      await writeFile(join(outside, 'secret-1.0.0.yaml'), manifest(`${namespace}/secret`, '1.0.0'))
      await putVersion('fine', '1.0.0')
      await putVersion('other', '1.0.0', manifest(`${namespace}/fine`, '1.0.0'))
      await putVersion('late', '1.0.0', manifest(`${namespace}/late`, '1.0.1'))
      await putVersion('huge', '1.0.0', manifest(`${namespace}/huge`, '1.0.0', `# ${'x'.repeat(3_000_000)}`))
      await putVersion('binary', '1.0.0', '\u0000\u0001')
      await put(`${namespace}/empty/1.0.0/notes.txt`, 'no manifest here')
      await put(`${namespace}/fine/next/fine-next.yaml`, 'no version')
      await put(`${namespace}/Capital/1.0.0/Capital-1.0.0.yaml`, 'no name')
      await put(`${namespace}/fine/1.0.0/read me\n.md`, 'an odd name')
      await put('README.md', 'a file at the top')
      await mkdir(join(dir, namespace, 'linked', '1.0.0'), { recursive: true })
      await symlink(
        join(outside, 'secret-1.0.0.yaml'),
        join(dir, namespace, 'linked', '1.0.0', 'linked-1.0.0.yaml'),
      )
      await symlink(outside, join(dir, namespace, 'fine', '2.0.0'))
      await symlink(outside, join(dir, 'linked-namespace'))
      await mkdir(join(dir, namespace, 'pipe', '1.0.0'), { recursive: true })
      spawnSync('mkfifo', [join(dir, namespace, 'pipe', '1.0.0', 'pipe-1.0.0.yaml')])
      const before = await fingerprint()
      const report = await run()
      expect(report).toMatchObject({ migrated: 1, verified: 1, stray: 3 })
      expect(report.missing).toEqual([
        { path: `${namespace}/empty/1.0.0/empty-1.0.0.yaml`, reason: 'the folder has no manifest' },
      ])
      const reasons = Object.fromEntries(report.invalid.map(({ path, reason }) => [path, reason]))
      expect(reasons).toEqual({
        [`${namespace}/other/1.0.0/other-1.0.0.yaml`]: expect.stringContaining(
          `${namespace}/fine@1.0.0`,
        ) as unknown,
        [`${namespace}/late/1.0.0/late-1.0.0.yaml`]: expect.stringContaining('late@1.0.1') as unknown,
        [`${namespace}/huge/1.0.0/huge-1.0.0.yaml`]: expect.stringContaining('larger than 64 KiB') as unknown,
        [`${namespace}/binary/1.0.0/binary-1.0.0.yaml`]: expect.any(String) as unknown,
        [`${namespace}/fine/next`]: 'the folder is not named after a version',
        [`${namespace}/Capital`]: expect.stringContaining('lower-case') as unknown,
        [`${namespace}/linked/1.0.0/linked-1.0.0.yaml`]: expect.stringContaining('link') as unknown,
        [`${namespace}/fine/2.0.0`]: expect.stringContaining('link') as unknown,
        'linked-namespace': expect.stringContaining('link') as unknown,
        [`${namespace}/pipe/1.0.0/pipe-1.0.0.yaml`]: 'not a regular file',
      })
      expect(await fingerprint()).toEqual(before)
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })

  it('never overwrites what is published with other bytes', async () => {
    await putVersion('base', '1.0.0')
    await run()
    const stands = await published()
    await putVersion('base', '1.0.0', manifest(`${namespace}/base`, '1.0.0', '# changed since\n'))
    const report = await run()
    expect(report.invalid).toMatchObject([{ reason: expect.stringContaining('other bytes') as unknown }])
    expect(await published()).toEqual(stands)
  })

  it('finds bytes that are not those of the file, whatever the database says of them', async () => {
    await putVersion('base', '1.0.0')
    await run()
    await database.admin`alter table catalog.manifests disable trigger all`
    await database.admin`
      update catalog.manifests set yaml_content = 'X' || substr(yaml_content, 2)
      where yaml_content like ${`id: ${namespace}/base%`}`
    await database.admin`alter table catalog.manifests enable trigger all`
    expect((await run()).different).toMatchObject([{ path: `${namespace}/base/1.0.0/base-1.0.0.yaml` }])
  })

  it('brings the highest version over first, so that the others need no listing written again', async () => {
    for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1']) await putVersion('base', version)
    expect(await run({ parallel: 1 })).toMatchObject({ migrated: 4, verified: 4 })
    const order = await database.admin<{ version: string }[]>`
      select v.version from catalog.versions v join catalog.packages p on p.id = v.package_id
      where p.handle = ${`${namespace}/base`} order by v.created_at`
    expect(order.map(({ version }) => version)).toEqual(['2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0'])
    const [listed] = await database.admin`
      select entry ->> 'latestVersion' as latest from catalog.marketplace_catalog_rows
      where handle = ${`${namespace}/base`}`
    expect(listed).toEqual({ latest: '1.10.0' })
  })

  it('keeps the report of what was done when the database goes away for good, and goes on from there', async () => {
    for (let index = 0; index < 12; index += 1) await putVersion(`p${index}`, '1.0.0')
    const { env } = await import('#lib/platform/env')
    const { DATABASE_URL, DATABASE_DEADLINE_MS } = env()
    const way = await wayToDatabase(DATABASE_URL)
    await closeDatabase()
    Object.assign(env(), { DATABASE_URL: way.url, DATABASE_DEADLINE_MS: 2_000 })
    let cut: Promise<void> | undefined
    const first = await run({
      parallel: 2,
      retryDelaysMs: [0, 0],
      onProgress: (_phase, done) => {
        if (done === 4) cut = way.cut()
      },
    })
    await cut
    await closeDatabase()
    Object.assign(env(), { DATABASE_URL, DATABASE_DEADLINE_MS })
    expect(first.gaveUp).toContain('database cannot be reached')
    expect(first.migrated).toBeGreaterThanOrEqual(4)
    expect(first).toMatchObject({ verified: 0, invalid: [], isInterrupted: false })
    const second = await run()
    expect(second).toMatchObject({ gaveUp: null, verified: 12, invalid: [] })
    expect(second.alreadyThere).toBeGreaterThanOrEqual(first.migrated)
  })

  it('has everything on the disk before it reads it again', async () => {
    const { settleCommits, withUnhurriedCommits } = await import('./published.ts')
    const unhurried = postgres(withUnhurriedCommits(database.adminUrl), { max: 1, onnotice: () => undefined })
    try {
      expect(await unhurried`show synchronous_commit`).toEqual([{ synchronous_commit: 'off' }])
      await unhurried`create table public.settled as select generate_series(1, 1000) as n`
      const [before] = await unhurried<{ lsn: string }[]>`select pg_current_wal_insert_lsn()::text as lsn`
      await settleCommits()
      const [after] = await database.admin`
        select pg_current_wal_flush_lsn() >= ${before?.lsn ?? ''}::pg_lsn as on_disk`
      expect(after).toEqual({ on_disk: true })
    } finally {
      await unhurried.end({ timeout: 5 })
    }
  })

  it('claims no name that is reserved or looks like one of another store, and says so before it writes', async () => {
    const owner = await database.createUser()
    await openStoreAs(database, owner, `moon-${namespace}`)
    await putVersion('base', '1.0.0')
    const alike = `m00n-${namespace}`
    await put(`${alike}/tool/1.0.0/tool-1.0.0.yaml`, manifest(`${alike}/tool`, '1.0.0'))
    await put(`adm1n/tool/1.0.0/tool-1.0.0.yaml`, manifest('adm1n/tool', '1.0.0'))
    for (const isApplied of [false, true]) {
      const report = await run({ isApplied })
      expect(report.migrated).toBe(1)
      expect(Object.fromEntries(report.invalid.map(({ path, reason }) => [path, reason]))).toEqual({
        [`${alike}/tool/1.0.0/tool-1.0.0.yaml`]: `the namespace "${alike}" looks too much like "moon-${namespace}", which belongs to another store`,
        'adm1n/tool/1.0.0/tool-1.0.0.yaml': '"adm1n" looks like "admin", which is reserved.',
      })
    }
    expect(
      await database.admin`select from catalog.namespaces where name in (${alike}, 'adm1n')`,
    ).toHaveLength(0)
    // The service's own way in checks as well, should somebody have claimed the other in between.
    await expect(
      database.asService((sql) => sql`select catalog.claim_namespace_for(${alike}, 'keeper')`),
    ).rejects.toMatchObject({ code: 'SK409', detail: 'name_taken' })
    await expect(
      database.asUser(owner, (sql) => sql`select catalog.claim_namespace_for('free-name', 'keeper')`),
    ).rejects.toMatchObject({ code: '42501' })
  })

  it('claims no namespace by itself, and needs an operator where a store has no owner', async () => {
    await putVersion('base', '1.0.0')
    expect((await run({ storeSlug: undefined })).invalid).toMatchObject([
      { reason: expect.stringContaining('--store') as unknown },
    ])
    await database.admin`
      insert into catalog.stores (slug, name, product_type) values ('house', 'House', 'house') on conflict do nothing`
    expect((await run({ storeSlug: 'house' })).invalid).toMatchObject([
      { reason: expect.stringContaining('--operator') as unknown },
    ])
    const operatorId = await database.createUser()
    expect(await run({ storeSlug: 'house', operatorId })).toMatchObject({ migrated: 1, verified: 1 })
  })
})

describe('a line of progress', () => {
  it('says how far, how fast and how long still', () => {
    expect(progressLine('Importing', 500, 1000, 2)).toBe(
      `Importing [${'#'.repeat(15)}${'-'.repeat(15)}]  50 %  500 of 1000, 250/s, 0:02 left`,
    )
    expect(progressLine('Importing', 0, 0, 0)).toContain('100 %')
  })
})
