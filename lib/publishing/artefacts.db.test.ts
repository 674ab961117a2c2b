import { createHash, randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as downloading from '#lib/catalog/download-file'
import type * as pages from '#lib/catalog/get-package'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { ARTEFACTS_MAX_PER_VERSION } from '#lib/kernel/artefact'
import type { Problem } from '#lib/kernel/problem'
import { databaseProblem } from '#lib/platform/database-problem'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market } from '../../scripts/testing/market.ts'
import { tokenActor, useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type * as collecting from './collect-artefacts.ts'
import type * as removing from './delete-upload.ts'
import type * as listing from './list-uploads.ts'
import type * as publishing from './publish-version.ts'
import type * as uploading from './upload-file.ts'

type Verbs = typeof downloading &
  typeof pages &
  typeof collecting &
  typeof removing &
  typeof listing &
  typeof publishing &
  typeof uploading &
  Pick<typeof db, 'closeDatabase'>

const MEBIBYTE = 1024 * 1024

/** A real gzip file around bytes that cannot be compressed. */
const archive = (sizeBytes = 1000) => gzipSync(randomBytes(sizeBytes), { level: 0 })
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function* flow(...chunks: Uint8Array[]) {
  for (const chunk of chunks) {
    await nextTurn()
    yield chunk
  }
}

/** In chunks as a socket delivers them. */
function inChunks(bytes: Uint8Array, chunkBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  const count = Math.ceil(bytes.byteLength / chunkBytes)
  return flow(
    ...Array.from({ length: count }, (_, index) =>
      bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
    ),
  )
}

describe('files beside a manifest', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Verbs
  let owner: Actor
  let handle: string
  let counter = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    useDatabase(database)
    verbs = {
      ...(await import('./upload-file.ts')),
      ...(await import('./publish-version.ts')),
      ...(await import('./list-uploads.ts')),
      ...(await import('./delete-upload.ts')),
      ...(await import('./collect-artefacts.ts')),
      ...(await import('#lib/catalog/download-file')),
      ...(await import('#lib/catalog/get-package')),
      closeDatabase: (await import('#lib/platform/db')).closeDatabase,
    }
    owner = userActor(market.owner)
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await database.drop()
  })
  beforeEach(() => {
    counter += 1
    handle = `acme/with-files-${counter}`
  })

  const upload = (name: string, bytes: Uint8Array, actor = owner, version = '1.0.0') =>
    verbs.uploadFile(actor, { handle, version, name }, inChunks(bytes))
  const publish = (files: string[], version = '1.0.0', actor = owner) =>
    verbs.publishVersion(
      actor,
      Buffer.from(
        `id: ${handle}\nversion: ${version}\nkind: prompt\nmetadata:\n  name: Files\n  description: Has files.\n`,
      ),
      { files },
    )

  async function read(name: string, range?: { start: number; end: number }, actor: Actor = anonymous) {
    const download = await verbs.downloadFile(actor, handle, '1.0.0', name)
    if (download.kind !== 'file') throw new Error('redirected')
    const chunks: Uint8Array[] = []
    const whole = { start: 0, end: download.file.sizeBytes - 1 }
    for await (const chunk of download.read(range ?? whole)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  async function stored() {
    const [row] = await database.admin<{ artefacts: number; chunks: number; uploads: number }[]>`
      select (select count(*)::int from catalog.artefacts) as artefacts,
        (select count(*)::int from catalog.artefact_chunks) as chunks,
        (select count(*)::int from catalog.uploads) as uploads`
    return row
  }

  it('are uploaded, published and downloaded as the same bytes, and listed with their version', async () => {
    const [tarball, zip] = [
      archive(700_000),
      Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(10)]),
    ]
    expect(await upload('tool-1.0.tar.gz', tarball)).toMatchObject({
      ...{ name: 'tool-1.0.tar.gz', sizeBytes: tarball.byteLength, sha256: sha256(tarball) },
      ...{ mediaType: 'application/gzip', expiresAt: expect.any(String) as unknown },
    })
    await upload('tool-1.0.zip', zip)
    expect(
      (await verbs.listUploads(userActor(market.owner), handle, '1.0.0')).map(({ name }) => name),
    ).toEqual(['tool-1.0.tar.gz', 'tool-1.0.zip'])
    const files = [
      {
        ...{ name: 'tool-1.0.tar.gz', sizeBytes: tarball.byteLength },
        ...{ sha256: sha256(tarball), mediaType: 'application/gzip' },
      },
      { name: 'tool-1.0.zip', sizeBytes: 14, sha256: sha256(zip), mediaType: 'application/zip' },
    ]
    const published = await publish([`tool-1.0.tar.gz@${sha256(tarball)}`, 'tool-1.0.zip'])
    expect(published.version.files).toEqual(files)
    const [entry] = await database.admin<{ detail: unknown }[]>`
      select detail from identity.audit_entries where action = 'version.attach' and subject = ${`${handle}@1.0.0`}`
    expect(entry?.detail).toEqual({ files })
    expect((await verbs.getPackage(anonymous, handle)).versions).toMatchObject([{ version: '1.0.0', files }])
    expect(sha256(await read('tool-1.0.tar.gz'))).toBe(sha256(tarball))
    expect(sha256(await read('tool-1.0.zip'))).toBe(sha256(zip))
    expect(await verbs.listUploads(userActor(market.owner), handle, '1.0.0')).toEqual([])
  })

  it('are read from any byte to any byte, across the pieces they are stored in', async () => {
    const bytes = archive(600_000)
    await upload('a.tgz', bytes)
    await publish(['a.tgz'])
    const last = bytes.byteLength - 1
    for (const [start, end] of [
      ...[
        [0, 0],
        [0, last],
        [last, last],
        [262_143, 262_144],
        [262_144, 524_287],
        [100, 600_001],
        [524_288, last],
      ],
    ] as [number, number][]) {
      expect(
        (await read('a.tgz', { start, end })).equals(bytes.subarray(start, end + 1)),
        `${start}-${end}`,
      ).toBe(true)
    }
  })

  it('leave a version that takes none without any', async () => {
    await upload('left.tgz', archive())
    const published = await publish([])
    expect(published.version.files).toEqual([])
    await expect(read('left.tgz')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('never change, grow or shrink once their version is out, not even by the service', async () => {
    await upload('a.tgz', archive())
    await publish(['a.tgz'])
    await expect(upload('b.tgz', archive())).rejects.toMatchObject({ code: 'version_exists' })
    await upload('b.tgz', archive(), owner, '1.0.1')
    await expect(publish(['b.tgz'])).rejects.toMatchObject({ code: 'version_exists' })
    const attach = (name: string, version: string) =>
      database.asUser(
        market.owner,
        (sql) =>
          sql`select catalog.attach_files(${handle}, ${version}, ${JSON.stringify([{ name }])}::text::jsonb, 20)`,
      )
    await expect(attach('b.tgz', '1.0.0')).rejects.toMatchObject({ code: 'SK409' })
    await expect(database.admin`update catalog.version_files set name = 'c.tgz'`).rejects.toMatchObject({
      code: 'SK409',
    })
    await expect(database.admin`update catalog.artefact_chunks set bytes = 'x'`).rejects.toMatchObject({
      code: 'SK409',
    })
    const [page] = (await verbs.getPackage(anonymous, handle)).versions
    expect(page?.files.map(({ name }) => name)).toEqual(['a.tgz'])
  })

  it('are taken by name and hash, all or nothing', async () => {
    const bytes = archive()
    await upload('a.tgz', bytes)
    const before = await stored()
    for (const [files, path] of [
      [['missing.tgz'], 'files[0]'],
      [['a.tgz', 'missing.tgz'], 'files[1]'],
      [[`a.tgz@${'0'.repeat(64)}`], 'files[0]'],
      [['a.tgz', 'a.tgz'], 'files[1]'],
      [Array.from({ length: ARTEFACTS_MAX_PER_VERSION + 1 }, () => 'a.tgz'), 'files'],
    ] as const) {
      await expect(publish([...files])).rejects.toMatchObject({
        code: 'validation_failed',
        issues: [{ path }],
      })
    }
    expect(await stored()).toEqual(before)
    await expect(verbs.getPackage(owner, handle)).rejects.toMatchObject({ code: 'not_found' })
    await publish([`a.tgz@${sha256(bytes)}`])
  })

  it('are stored once however often they are sent, and read by every version that has them', async () => {
    const bytes = archive(300_000)
    await upload('a.tgz', bytes)
    const once = await stored()
    await upload('a.tgz', bytes)
    await upload('copy.tgz', bytes)
    await Promise.all(['x.tgz', 'y.tgz', 'z.tgz'].map((name) => upload(name, bytes, owner, '2.0.0')))
    expect(await stored()).toMatchObject({ artefacts: once?.artefacts, chunks: once?.chunks })
    await publish(['a.tgz', 'copy.tgz'])
    expect(sha256(await read('copy.tgz'))).toBe(sha256(bytes))
  })

  it('sent twice at once for the first time, are still stored once', async () => {
    const before = await stored()
    const bytes = archive(300_000)
    await Promise.all(Array.from({ length: 8 }, (_, index) => upload(`race-${index}.tgz`, bytes)))
    expect(await stored()).toEqual({
      artefacts: (before?.artefacts ?? 0) + 1,
      chunks: (before?.chunks ?? 0) + 2,
      uploads: (before?.uploads ?? 0) + 8,
    })
  })

  it('replace what was sent under the name before, until the version is out', async () => {
    const [first, second] = [archive(), archive()]
    await upload('a.tgz', first)
    await upload('A.tgz', second)
    expect(await verbs.listUploads(userActor(market.owner), handle, '1.0.0')).toMatchObject([
      { name: 'A.tgz', sha256: sha256(second) },
    ])
  })

  describe('that are refused leave nothing behind', () => {
    const broken = async function* (bytes: Uint8Array) {
      yield* inChunks(bytes)
      throw new Error('the line went dead')
    }
    const cases: [string, () => Promise<unknown>, object][] = [
      ['no archive', () => upload('a.tgz', Buffer.from('<html>')), { code: 'unsupported_media_type' }],
      ['another archive', () => upload('a.zip', archive()), { code: 'unsupported_media_type' }],
      ['nothing', () => upload('a.tgz', Buffer.alloc(0)), { code: 'validation_failed' }],
      ['a name with a path', () => upload('../a.tgz', archive()), { code: 'validation_failed' }],
      ['no version', () => upload('a.tgz', archive(), owner, 'latest'), { code: 'validation_failed' }],
      [
        'an upload that breaks off',
        () => verbs.uploadFile(owner, { handle, version: '1.0.0', name: 'a.tgz' }, broken(archive(900_000))),
        { message: 'the line went dead' },
      ],
      [
        'other bytes than were promised',
        () =>
          verbs.uploadFile(
            owner,
            { handle, version: '1.0.0', name: 'a.tgz' },
            inChunks(archive()),
            '0'.repeat(64),
          ),
        { code: 'validation_failed', issues: [{ path: 'digest' }] },
      ],
      ['a visitor’s', () => upload('a.tgz', archive(), anonymous), { code: 'unauthenticated' }],
      [
        'a stranger’s',
        () => upload('a.tgz', archive(), userActor(market.newcomer)),
        { code: 'namespace_not_owned' },
      ],
      [
        'a token’s for other namespaces',
        () =>
          upload(
            'a.tgz',
            archive(),
            tokenActor(market.owner, { scopes: ['publish:new'], namespaces: ['acme-labs'] }),
          ),
        { code: 'namespace_not_owned' },
      ],
    ]
    it.each(cases)('%s', async (_what, attempt, refusal) => {
      const before = await stored()
      await expect(attempt()).rejects.toMatchObject(refusal)
      expect(await stored()).toEqual(before)
    })

    it('a suspended store’s', async () => {
      handle = 'rival/tool'
      const before = await stored()
      await expect(upload('a.tgz', archive(), userActor(market.rival), '2.0.0')).rejects.toMatchObject({
        code: 'store_suspended',
      })
      expect(await stored()).toEqual(before)
    })

    it('one too many', async () => {
      const bytes = archive()
      for (let index = 0; index < ARTEFACTS_MAX_PER_VERSION; index += 1) await upload(`f${index}.tgz`, bytes)
      const before = await stored()
      await expect(upload('more.tgz', bytes)).rejects.toMatchObject({ code: 'validation_failed' })
      await upload('f0.tgz', bytes)
      expect(await stored()).toEqual(before)
    })

    it('one for which there is no room until the next upload goes', async () => {
      const hasRoomFor = (sizeBytes: number) =>
        database.asUser(
          market.newcomer,
          (sql) => sql`
            select catalog.begin_upload('newcomer/roomy', '1.0.0', 'a.tgz', 'database', ${sizeBytes}::bigint, 10)`,
        )
      await hasRoomFor(60_000_000)
      await database.admin`
        update catalog.uploads set created_at = now() - interval '30 minutes' where user_id = ${market.newcomer}`
      const refusal: unknown = await hasRoomFor(60_000_000).catch(databaseProblem)
      expect(refusal).toMatchObject({ code: 'quota_exceeded', status: 429 })
      const seconds = Number((refusal as Problem).headers?.['retry-after'])
      // An upload that has not arrived within two hours goes.
      expect(seconds).toBeGreaterThan(5_300)
      expect(seconds).toBeLessThanOrEqual(5_400)
      await database.admin`delete from catalog.uploads where user_id = ${market.newcomer}`
    })
  })

  it('are deleted before they are published by whoever sent them, and by nobody else', async () => {
    const bytes = archive()
    await upload('a.tgz', bytes)
    const target = { handle, version: '1.0.0', name: 'a.tgz' }
    await expect(verbs.deleteUpload(userActor(market.operator, 'operator'), target)).rejects.toMatchObject({
      code: 'not_found',
    })
    await verbs.deleteUpload(userActor(market.owner), target)
    await expect(verbs.deleteUpload(userActor(market.owner), target)).rejects.toMatchObject({
      code: 'not_found',
    })
    await verbs.collectArtefacts()
    const left =
      await database.admin`select 1 from catalog.artefacts where sha256 = decode(${sha256(bytes)}, 'hex')`
    expect(left).toHaveLength(0)
  })

  it('are collected when they broke off or no version took them for a day, and only then', async () => {
    const [kept, waiting, late] = [archive(), archive(), archive()]
    await upload('kept.tgz', kept)
    await publish(['kept.tgz'])
    await upload('waiting.tgz', waiting, owner, '2.0.0')
    await upload('late.tgz', late, owner, '2.0.0')
    await database.admin`
      update catalog.uploads set created_at = now() - interval '25 hours', completed_at = now() - interval '25 hours'
      where handle = ${handle} and name = 'late.tgz'`
    // A process that died in the middle of an upload.
    const [dead] = await database.admin<{ id: string }[]>`
      insert into catalog.artefacts (store) values ('database') returning id`
    await database.admin`insert into catalog.artefact_chunks values (${dead?.id ?? ''}, 0, 'half')`
    await database.admin`
      insert into catalog.uploads (user_id, handle, version, name, artefact_id, created_at)
      values (${market.owner}, ${handle}, '2.0.0', 'dead.tgz', ${dead?.id ?? ''}, now() - interval '3 hours')`
    await Promise.all([verbs.collectArtefacts(), verbs.collectArtefacts()])
    const left = await database.admin<{ sha256: string }[]>`
      select encode(a.sha256, 'hex') as sha256 from catalog.artefacts a
      where a.id = ${dead?.id ?? ''} or encode(a.sha256, 'hex') in ${database.admin([kept, waiting, late].map(sha256))}`
    expect(left.map((row) => row.sha256).sort()).toEqual([sha256(kept), sha256(waiting)].sort())
    expect(sha256(await read('kept.tgz'))).toBe(sha256(kept))
    expect(await verbs.listUploads(userActor(market.owner), handle, '2.0.0')).toMatchObject([
      { name: 'waiting.tgz' },
    ])
  })

  describe('are had by whoever may have the manifest', () => {
    beforeEach(async () => {
      await upload('a.tgz', archive())
      await publish(['a.tgz'])
    })
    const setPackage = (
      column: 'status' | 'is_available' | 'price_amount',
      value: string | boolean | number,
    ) =>
      database.admin`update catalog.packages set ${database.admin({ [column]: value })} where handle = ${handle}`
    const outcomes = async (actor: Actor) => {
      const download = await import('#lib/catalog/download-manifest')
      const tried = await Promise.allSettled([
        download.downloadManifest(actor, handle, '1.0.0'),
        verbs.downloadFile(actor, handle, '1.0.0', 'a.tgz'),
      ])
      return tried.map((result) =>
        result.status === 'fulfilled' ? 'ok' : (result.reason as { code?: string }).code,
      )
    }

    it.each([
      ['free', {}, ['ok', 'ok', 'ok', 'ok']],
      ['paid', { price_amount: 500 }, ['unauthenticated', 'payment_required', 'ok', 'ok']],
      ['waiting', { status: 'pending' }, ['not_found', 'not_found', 'ok', 'ok']],
      ['rejected', { status: 'rejected' }, ['not_found', 'not_found', 'ok', 'ok']],
      ['quarantined', { status: 'quarantined' }, ['not_found', 'not_found', 'ok', 'ok']],
      ['withdrawn', { is_available: false }, ['not_found', 'not_found', 'ok', 'ok']],
    ] as const)('of a package that is %s', async (_state, change, expected) => {
      for (const [column, value] of Object.entries(change)) {
        await setPackage(column as 'status', value as string)
      }
      const actors = [anonymous, userActor(market.buyer), owner, userActor(market.operator, 'operator')]
      for (const [index, actor] of actors.entries()) {
        expect(await outcomes(actor), actor.kind).toEqual([expected[index], expected[index]])
      }
      if ('price_amount' in change) {
        await database.admin`
          insert into commerce.entitlements (user_id, package_id, source)
          select ${market.buyer}, id, 'purchase' from catalog.packages where handle = ${handle}`
        expect(await outcomes(userActor(market.buyer))).toEqual(['ok', 'ok'])
      }
    })

    it('and a file that is not there looks like one that may not be had', async () => {
      await expect(verbs.downloadFile(anonymous, handle, '1.0.0', 'b.tgz')).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(verbs.downloadFile(anonymous, handle, '^1', 'a.tgz')).resolves.toEqual({
        kind: 'redirect',
        version: '1.0.0',
      })
    })
  })

  it('of fifty megabytes flow through: never more than a few pieces are held at once', async () => {
    const sizeBytes = 50 * MEBIBYTE
    const piece = 64 * 1024
    let made = 0
    async function* produce() {
      const head = Buffer.alloc(piece)
      head.set([0x1f, 0x8b, 0x08])
      while (made < sizeBytes) {
        await nextTurn()
        // What the store has taken is never far behind what was made: it is asked for as it can be kept.
        const [row] =
          made % MEBIBYTE === 0
            ? await database.admin<{ kept: number }[]>`
                select coalesce(sum(octet_length(c.bytes)), 0)::int as kept from catalog.artefact_chunks c
                join catalog.uploads u using (artefact_id) where u.handle = ${handle}`
            : []
        if (row) expect(made - row.kept).toBeLessThanOrEqual(2 * 256 * 1024)
        const chunk = made === 0 ? head : Buffer.alloc(piece, made / piece)
        made += piece
        yield chunk
      }
    }
    const uploaded = await verbs.uploadFile(owner, { handle, version: '1.0.0', name: 'big.tgz' }, produce())
    expect(uploaded.sizeBytes).toBe(sizeBytes)
    await publish(['big.tgz'])
    const download = await verbs.downloadFile(anonymous, handle, '1.0.0', 'big.tgz')
    if (download.kind !== 'file') throw new Error('redirected')
    const hash = createHash('sha256')
    for await (const chunk of download.read({ start: 0, end: sizeBytes - 1 })) {
      expect(chunk.byteLength).toBeLessThanOrEqual(256 * 1024)
      hash.update(chunk)
    }
    expect(hash.digest('hex')).toBe(uploaded.sha256)
  })
})
