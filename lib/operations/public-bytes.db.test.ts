import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Actor, anonymous } from '#lib/kernel/actor'
import type * as downloading from '#lib/catalog/download-manifest'
import type * as decidingPackages from '#lib/moderation/decide-package'
import type * as decidingStores from '#lib/moderation/decide-store'
import type * as db from '#lib/platform/db'
import type * as deleting from '#lib/publishing/delete-version'
import type * as updating from '#lib/publishing/update-package'
import { type DatabaseWay, wayToDatabase } from '../../scripts/testing/cut-off.ts'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

type Verbs = typeof downloading &
  typeof decidingPackages &
  typeof decidingStores &
  typeof deleting &
  typeof updating &
  Pick<typeof db, 'closeDatabase'>

/** From then on whatever another process changed must have had its effect here. */
const LEASE_MS = 2_000

describe('public bytes kept in memory', () => {
  let database: TestDatabase
  let market: Market
  let way: DatabaseWay
  let verbs: Verbs
  let counter = 0
  let id: string

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    way = await wayToDatabase(database.url)
    useDatabase({ ...database, url: way.url })
    verbs = {
      ...(await import('#lib/catalog/download-manifest')),
      ...(await import('#lib/moderation/decide-package')),
      ...(await import('#lib/moderation/decide-store')),
      ...(await import('#lib/publishing/delete-version')),
      ...(await import('#lib/publishing/update-package')),
      ...(await import('#lib/platform/db')),
    }
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await way.cut()
    await database.drop()
  })
  beforeEach(async () => {
    // Only the clock that leases are measured by.
    vi.useFakeTimers({ toFake: ['performance'] })
    counter += 1
    id = `acme/kept-${counter}`
    await publishAs(database, market.owner, { id, yaml: `id: ${id}\nversion: 1.0.0\n` })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const download = async (actor: Actor = anonymous, handle = id, version = '1.0.0') => {
    const found = await verbs.downloadManifest(actor, handle, version)
    return found.kind === 'bytes' ? found.bytes.toString() : found.version
  }
  const refused = (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code })
  const change = (assignment: string) =>
    database.admin.unsafe(`update catalog.packages set ${assignment} where handle = '${id}'`)
  const elsewhere: [string, () => Promise<unknown>, string][] = [
    ['quarantine', () => change("status = 'quarantined'"), 'not_found'],
    ['withdrawal', () => change('is_available = false'), 'not_found'],
    ['price', () => change('price_amount = 500'), 'unauthenticated'],
    [
      'suspension of the store',
      () => database.admin`update catalog.stores set status = 'suspended' where slug = 'acme'`,
      'not_found',
    ],
    [
      'deletion',
      () =>
        database.asUser(
          market.operator,
          (sql) => sql`select catalog.delete_version(${id}, '1.0.0', 'Unlawful')`,
          { app_metadata: { role: 'operator' } },
        ),
      'gone',
    ],
  ]
  afterEach(() => database.admin`update catalog.stores set status = 'approved' where slug = 'acme'`)

  it.each(elsewhere)('a %s by another process has its effect within a lease', async (_what, act, code) => {
    expect(await download()).toContain(id)
    await act()
    vi.advanceTimersByTime(LEASE_MS)
    await refused(download(), code)
  })

  it('what another process says it has changed has its effect at once', async () => {
    const { purgeHere } = await import('#lib/platform/cache-purge')
    const { packageTag } = await import('#lib/http/public-pages')
    expect(await download()).toContain(id)
    await change("status = 'quarantined'")
    expect(await download()).toContain(id)
    purgeHere([packageTag(id)])
    await refused(download(), 'not_found')
  })

  it('what this process decides has its effect at once, and can be taken back', async () => {
    const operator = userActor(market.operator, 'operator')
    const owner = userActor(market.owner)
    expect(await download()).toContain(id)
    await verbs.decidePackage(operator, id, 'quarantine', 'Harmful')
    await refused(download(), 'not_found')
    await verbs.decidePackage(operator, id, 'release', 'Checked')
    expect(await download()).toContain(id)
    await verbs.decideStore(operator, 'acme', 'quarantine', 'Fraud')
    await refused(download(), 'not_found')
    await verbs.decideStore(operator, 'acme', 'release', 'Settled')
    expect(await download()).toContain(id)
    await verbs.updatePackage(owner, id, { isAvailable: false })
    await refused(download(), 'not_found')
    await verbs.updatePackage(owner, id, { isAvailable: true })
    expect(await download()).toContain(id)
    await verbs.updatePackage(owner, id, { price: { amount: 500, currency: 'USD' } })
    await refused(download(), 'unauthenticated')
    await verbs.updatePackage(owner, id, { price: { amount: 0, currency: 'USD' } })
    expect(await download()).toContain(id)
    await verbs.deleteVersion(operator, id, '1.0.0', 'Unlawful')
    await refused(download(), 'gone')
  })

  it('what one person may have is never handed to another', async () => {
    const [buyer, owner, stranger] = [market.buyer, market.owner, await database.createUser()].map((user) =>
      userActor(user),
    )
    await download(buyer, 'acme/paid')
    await download(owner, 'acme/paid')
    await refused(download(anonymous, 'acme/paid'), 'unauthenticated')
    await refused(download(stranger, 'acme/paid'), 'payment_required')
    for (const hidden of ['acme/pending', 'acme/quarantined', 'acme/withdrawn']) {
      await download(owner, hidden)
      await refused(download(anonymous, hidden), 'not_found')
      await refused(download(stranger, hidden), 'not_found')
    }
  })

  it('hot versions and what latest means outlast the database; the rest says that it is away', async () => {
    await publishAs(database, market.owner, { id: `${id}-cold` })
    const buyer = userActor(market.buyer)
    const before = [
      await download(),
      await download(anonymous, id, 'latest'),
      await download(anonymous, id, '^1'),
    ]
    await download(buyer, 'acme/paid')
    await way.cut()
    try {
      for (const passedMs of [0, 1_500, LEASE_MS, 60_000, 86_400_000]) {
        vi.advanceTimersByTime(passedMs)
        const during = [
          await download(),
          await download(anonymous, id, 'latest'),
          await download(buyer, id, '^1'),
        ]
        expect(during).toEqual(before)
      }
      await refused(download(anonymous, `${id}-cold`), 'unavailable')
      await refused(download(buyer, 'acme/paid'), 'unavailable')
      await refused(download(anonymous, id, '~1.0'), 'unavailable')
    } finally {
      await way.mend()
    }
    await change("status = 'quarantined'")
    // The first one after an outage finds out that it is over.
    vi.advanceTimersByTime(LEASE_MS)
    await vi.waitFor(() => refused(download(), 'not_found'), { timeout: 20_000 })
    expect(await download(anonymous, `${id}-cold`)).toContain(`${id}-cold`)
  })
})
