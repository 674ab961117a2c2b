import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, type PublishInput, replaceCategories } from '../../scripts/testing/market.ts'

const HANDLE = 'lister/tool'

describe('the listing row of a package', () => {
  let db: TestDatabase
  let owner: string

  beforeAll(async () => {
    db = await createTestDatabase()
    await replaceCategories(db)
    owner = await db.createUser()
    await openStoreAs(db, owner, 'lister')
  })
  afterAll(() => db.drop())

  const publish = (version: string, input: Omit<PublishInput, 'id' | 'version'> = {}) =>
    publishAs(db, owner, { id: HANDLE, version, ...input })
  const row = async () => {
    const [found] = await db.admin`
      select r.*, p.updated_at as package_updated_at, s.keys, s.facets, p.latest_version
      from catalog.marketplace_catalog_rows r join catalog.packages p on p.id = r.package_id
      left join catalog.search_rows s on s.row_id = r.row_id where r.handle = ${HANDLE}`
    return found
  }

  it('is after each publish what writing it wholly anew makes of it', async () => {
    const words = {
      description: 'Turns lamps on.',
      tags: ['task:light'],
      capabilities: ['lamps'],
      readme: 'It shines.',
    }
    const steps: [string, Omit<PublishInput, 'id' | 'version'>][] = [
      ['1.0.0', { metadata: words, category: 'tools' }],
      ['1.1.0', { metadata: words }],
      ['1.2.0', { metadata: { ...words, license: 'MIT' } }],
      ['1.3.0', { metadata: { ...words, description: 'Turns lamps off.' } }],
      ['1.4.0', { metadata: { ...words, readme: 'It glows in the dark.' } }],
      ['1.5.0', { metadata: { ...words, readme: undefined } }],
      ['1.6.0', { metadata: { ...words, capabilities: ['lanterns'] } }],
      ['1.7.0', { metadata: words, autoTags: ['language:en'] }],
      ['1.8.0', { metadata: { ...words, tags: ['language:en'] }, autoTags: ['language:en', 'task:light'] }],
      ['1.9.0', { metadata: { ...words, name: 'Lamp' } }],
      ['2.0.0', { metadata: { ...words, name: 'Lamp' }, category: 'other' }],
      ['3.0.0-rc.1', { metadata: { ...words, name: 'Never seen' }, category: 'tools' }],
      ['1.2.1', { metadata: { ...words, name: 'Backport' } }],
      ['2.1.0', { metadata: { ...words, name: 'Lamp' } }],
    ]
    for (const [version, input] of steps) {
      await publish(version, input)
      const written = await row()
      await db.admin`select catalog.index_package(id) from catalog.packages where handle = ${HANDLE}`
      expect(written, version).toEqual(await row())
      expect(written?.updated_at, version).toEqual(written?.package_updated_at)
    }
    expect(await row()).toMatchObject({
      display_name: 'Lamp',
      latest_version: '2.1.0',
      category_slug: 'tools',
    })
  })

  it('is left alone by an older version, which changes nothing that it says', async () => {
    const before = await row()
    await publish('0.9.0', { metadata: { name: 'Old' } })
    expect(await row()).toEqual(before)
  })

  it('follows a release that comes after prereleases only', async () => {
    const listed = async (handle: string) => {
      const [found] = await db.admin`select latest_version from catalog.packages where handle = ${handle}`
      return found?.latest_version as unknown
    }
    const id = 'lister/early'
    for (const [version, latest] of [
      ['2.0.0-beta.2', '2.0.0-beta.2'],
      ['2.0.0-beta.10', '2.0.0-beta.10'],
      ['2.0.0-beta.9', '2.0.0-beta.10'],
      ['1.0.0', '1.0.0'],
      ['2.0.0-rc.1', '1.0.0'],
      ['2.0.0', '2.0.0'],
    ] as const) {
      await publishAs(db, owner, { id, version })
      expect(await listed(id)).toBe(latest)
    }
  })
})
