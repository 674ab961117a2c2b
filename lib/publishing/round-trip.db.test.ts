import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous } from '#lib/kernel/actor'
import { type Manifest, stringifyManifest } from '#lib/kernel/manifest'
import type * as downloading from '#lib/catalog/download-manifest'
import type * as reading from '#lib/catalog/get-package'
import type * as db from '#lib/platform/db'
import type * as publishing from '#lib/publishing/publish-version'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { manifests } from '../../scripts/testing/manifests.ts'
import { createMarket, type Market } from '../../scripts/testing/market.ts'
import { tokenActor, useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

describe('publishing and downloading through the verbs', () => {
  let database: TestDatabase
  let market: Market
  let publishVersion: typeof publishing.publishVersion
  let downloadManifest: typeof downloading.downloadManifest
  let getRegistryPackage: typeof reading.getRegistryPackage
  let closeDatabase: typeof db.closeDatabase
  let counter = 0
  let id: string

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    useDatabase(database)
    ;({ publishVersion } = await import('#lib/publishing/publish-version'))
    ;({ downloadManifest } = await import('#lib/catalog/download-manifest'))
    ;({ getRegistryPackage } = await import('#lib/catalog/get-package'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })
  beforeEach(() => {
    counter += 1
    id = `acme/trip-${counter}`
  })

  const encode = (text: string) => new TextEncoder().encode(text)
  const owner = () => userActor(market.owner)
  const document = (version = '1.0.0', rest = '') =>
    `id: ${id}\nversion: ${version}\nkind: prompt\nmetadata:\n  name: Trip\n  description: There and back.\n${rest}`

  async function expectRoundTrip(bytes: Uint8Array, handle = id, version = '1.0.0') {
    const published = await publishVersion(owner(), bytes)
    const download = await downloadManifest(anonymous, handle, version)
    if (download.kind !== 'bytes') throw new Error('not the bytes')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(download.bytes.equals(Buffer.from(bytes))).toBe(true)
    expect([published.version.sha256, download.sha256]).toEqual([sha256, sha256])
    expect(published.version.sizeBytes).toBe(bytes.length)
    return published
  }

  it.each([
    ['CRLF line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['trailing spaces', (text: string) => text.replaceAll('\n', '   \n')],
    ['no final line end', (text: string) => text.trimEnd()],
    ['many final line ends', (text: string) => `${text}\n\n\n`],
    [
      'comments and a document start',
      (text: string) => `# größer 🚀\n---\n${text}# end \\x \\u0000 'quotes' "`,
    ],
    [
      'words of many scripts',
      (text: string) => text.replace('Trip', '"旅 ✈️ e\u0301 \u{1F468}\u200D\u{1F469}"'),
    ],
  ])('returns the exact bytes: %s', async (_what, change) => {
    await expectRoundTrip(encode(change(document())))
  })

  it('returns the exact bytes of any valid manifest, of every kind, however it is written down', async () => {
    let run = 0
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        manifests,
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '# “end” 🚀', '...'),
        fc.constantFrom<Manifest['dependencies'][]>({}, { 'acme/free': '^1.0.0' }),
        async (any, lineEnd, end, dependencies) => {
          run += 1
          const handle = `${id}-${run}`
          const text = stringifyManifest({ ...any, id: handle, dependencies }) + end
          const bytes = encode(text.replaceAll('\n', lineEnd))
          fc.pre(bytes.length < 64 * 1024)
          await expectRoundTrip(bytes, handle, any.version)
          seen.add(any.kind)
        },
      ),
      { numRuns: 60 },
    )
    expect([...seen].sort()).toEqual(['agent', 'app', 'mcp-server', 'prompt'])
  })

  it('leaves nothing of a text that turns out to be no manifest', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(word, fc.constantFrom('\u0000', '\u001b', '\u202e'), async (said, never) => {
        run += 1
        const handle = `${id}-${run}`
        const text = stringifyManifest({
          ...{ id: handle, version: '1.0.0', kind: 'prompt', dependencies: {}, spec: {} },
          metadata: { name: `N${said}`, description: `D${never}`, tags: [], capabilities: [] },
        })
        await expect(publishVersion(owner(), encode(text))).rejects.toMatchObject({
          code: 'invalid_manifest',
        })
        await expect(downloadManifest(anonymous, handle, '1.0.0')).rejects.toMatchObject({
          code: 'not_found',
        })
      }),
      { numRuns: 15 },
    )
  })

  it('refuses what is not UTF-8 or not a manifest, naming the line', async () => {
    await expect(publishVersion(owner(), encode(`\uFEFF${document()}`))).rejects.toMatchObject({
      code: 'invalid_manifest',
      issues: [{ line: 1, message: 'Remove the byte order mark at the start of the file.' }],
    })
    const broken = encode(document('1.0.0', '  nonsense: [\n'))
    await expect(publishVersion(owner(), broken)).rejects.toMatchObject({
      code: 'invalid_manifest',
      issues: [expect.objectContaining({ line: expect.any(Number) as number })],
    })
    const latin1 = Buffer.from(document().replace('Trip', 'Tr\xEFp'), 'latin1')
    await expect(publishVersion(owner(), latin1)).rejects.toMatchObject({ code: 'invalid_manifest' })
    await expect(publishVersion(owner(), new Uint8Array(1_000_000).fill(97))).rejects.toMatchObject({
      code: 'invalid_manifest',
    })
  })

  it('answers with the fields of the contract and no others', async () => {
    const published = await publishVersion(owner(), encode(document()))
    expect(Object.keys(published).toSorted()).toEqual(['package', 'version'])
    expect(Object.keys(published.version).toSorted()).toEqual([
      'createdAt',
      'files',
      'isPrerelease',
      'sha256',
      'sizeBytes',
      'version',
      'yanked',
    ])
  })

  it('refuses a second time, in the problem’s words', async () => {
    await publishVersion(owner(), encode(document()))
    await expect(publishVersion(owner(), encode(document()))).rejects.toMatchObject({
      ...{ name: 'Problem', code: 'version_exists', status: 409 },
      detail: `${id}@1.0.0 is already published; a version never changes.`,
    })
  })

  it('refuses visitors, foreign people and tokens for other namespaces', async () => {
    const bytes = encode(document())
    await expect(publishVersion(anonymous, bytes)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(publishVersion(userActor(market.buyer), bytes)).rejects.toMatchObject({
      code: 'namespace_not_owned',
    })
    const elsewhere = tokenActor(market.owner, { scopes: ['publish:new'], namespaces: ['other'] })
    await expect(publishVersion(elsewhere, bytes)).rejects.toMatchObject({ code: 'namespace_not_owned' })
    const reading = tokenActor(market.owner, { scopes: ['read'], namespaces: null })
    await expect(publishVersion(reading, bytes)).rejects.toMatchObject({ code: 'insufficient_scope' })
    const fitting = tokenActor(market.owner, { scopes: ['publish:new'], namespaces: ['acme'] })
    await expect(publishVersion(fitting, bytes)).resolves.toMatchObject({ package: { handle: id } })
  })

  it('leads latest and ranges to an exact version, never to a yanked one', async () => {
    for (const version of ['1.0.0', '1.4.0', '2.0.0', '3.0.0-beta.1']) {
      await publishVersion(owner(), encode(document(version)))
    }
    const lead = (range: string) => downloadManifest(anonymous, id, range)
    expect(await lead('latest')).toEqual({ kind: 'redirect', version: '2.0.0', isPublic: true })
    expect(await lead('^1.0.0')).toEqual({ kind: 'redirect', version: '1.4.0', isPublic: true })
    await database.asService(
      (sql) => sql`
        update catalog.versions set yanked_at = now() where version = '1.4.0'
          and package_id = (select id from catalog.packages where handle = ${id})`,
    )
    expect(await lead('^1.0.0')).toEqual({ kind: 'redirect', version: '1.0.0', isPublic: true })
    expect(await lead('1.4.0')).toMatchObject({ kind: 'bytes', version: '1.4.0' })
    for (const range of ['^9.0.0', 'nonsense', '', '../../etc/passwd', '1.0.0\u0000']) {
      await expect(lead(range), range).rejects.toMatchObject({ code: 'not_found' })
    }
    const registry = await getRegistryPackage(anonymous, id)
    expect(registry.latest).toBe('2.0.0')
    expect(registry.versions.map((one) => [one.version, one.yanked])).toEqual([
      ['3.0.0-beta.1', false],
      ['2.0.0', false],
      ['1.4.0', true],
      ['1.0.0', false],
    ])
  })
})
