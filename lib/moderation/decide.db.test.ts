import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type { SignedInActor } from '../kernel/actor.ts'

let database: TestDatabase
let market: Market
let operator: SignedInActor
let owner: SignedInActor

beforeAll(async () => {
  database = await createTestDatabase()
  market = await createMarket(database)
  useDatabase(database)
  operator = userActor(market.operator, 'operator')
  owner = userActor(market.owner)
})
afterAll(async () => {
  const { closeDatabase } = await import('../platform/db.ts')
  await closeDatabase()
  await database.drop()
})

let handle = ''
let count = 0
beforeEach(async () => {
  count += 1
  handle = `acme/case-${count}`
  await publishAs(database, market.owner, { id: handle, approval: 'manual' })
  await database.admin`delete from identity.notifications`
})

const statusOf = async (of: string) =>
  (await database.admin<{ status: string }[]>`select status from catalog.packages where handle = ${of}`)[0]
    ?.status
const isListed = async (of: string) =>
  (await database.admin`select 1 from catalog.marketplace_catalog_rows where handle = ${of}`).length === 1
const notified = async () =>
  await database.admin`select user_id, kind, body, href from identity.notifications order by created_at`

describe('a decision about a package', () => {
  it('puts it on the shelf when approved and tells its seller', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    expect(await isListed(handle)).toBe(false)
    const decided = await decidePackage(operator, handle, 'approve', '')
    expect(decided).toMatchObject({ handle, status: 'approved', isAvailable: true })
    expect(await isListed(handle)).toBe(true)
    expect(await notified()).toEqual([
      { user_id: market.owner, kind: 'package.approve', body: '', href: `/dashboard/packages/${handle}` },
    ])
  })

  it('takes it out of every list at once when quarantined, and gives it back as it was', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await decidePackage(operator, handle, 'approve', '')
    await decidePackage(operator, handle, 'quarantine', 'Reads your keys.')
    expect(await isListed(handle)).toBe(false)
    const found = await database.asAnon((sql) => sql`select * from catalog.read_manifest(${handle}, '1.0.0')`)
    expect(found).toHaveLength(0)
    expect((await notified()).at(-1)).toMatchObject({ kind: 'package.quarantine', body: 'Reads your keys.' })
    expect(await decidePackage(operator, handle, 'release', '')).toMatchObject({ status: 'approved' })
    expect(await isListed(handle)).toBe(true)
  })

  it('releases what was never approved back into the queue, not onto the shelf', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await decidePackage(operator, handle, 'quarantine', '')
    expect(await decidePackage(operator, handle, 'release', '')).toMatchObject({ status: 'pending' })
    expect(await isListed(handle)).toBe(false)
  })

  it('is in the audit log by its name, with the reason', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await decidePackage(operator, handle, 'quarantine', 'Looks odd.')
    await decidePackage(operator, handle, 'release', 'It was not.')
    const entries = await database.admin`
      select action, actor_id, detail ->> 'reason' as reason from identity.audit_entries
      where subject = ${handle} order by id`
    expect(entries).toEqual([
      { action: 'package.quarantine', actor_id: market.operator, reason: 'Looks odd.' },
      { action: 'package.release', actor_id: market.operator, reason: 'It was not.' },
    ])
  })

  it.each([
    ['reject', 'approved'],
    ['release', 'approved'],
    ['release', 'pending'],
    ['approve', 'quarantined'],
    ['reject', 'quarantined'],
  ] as const)('is refused where it makes no sense: %s of %s', async (action, status) => {
    const { decidePackage } = await import('./decide-package.ts')
    await database.admin`update catalog.packages set status = ${status} where handle = ${handle}`
    await expect(decidePackage(operator, handle, action, '')).rejects.toMatchObject({ code: 'conflict' })
    expect(await statusOf(handle)).toBe(status)
  })

  it.each(['approve', 'quarantine'] as const)(
    'changes and tells nothing when it already stands: %s',
    async (action) => {
      const { decidePackage } = await import('./decide-package.ts')
      const first = await decidePackage(operator, handle, action, 'first')
      expect(await decidePackage(operator, handle, action, 'second')).toEqual(first)
      expect(await notified()).toHaveLength(1)
    },
  )

  it('comes once when many operators decide at the same time', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await Promise.all(Array.from({ length: 8 }, () => decidePackage(operator, handle, 'approve', '')))
    expect(await notified()).toHaveLength(1)
  })

  it('is for operators alone, whatever else somebody owns', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await expect(decidePackage(owner, handle, 'approve', '')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(decidePackage({ kind: 'anonymous' }, handle, 'approve', '')).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    for (const statement of [
      "select catalog.decide_package('acme/free', 'quarantine', '')",
      "select catalog.decide_store('acme', 'quarantine', '')",
      'select catalog.approval_queue(null, null, null, 10)',
      'select catalog.moderated_packages(null, null, null, 10)',
      'select catalog.moderated_stores(null, null, null, 10)',
      "select catalog.package_case('acme/free')",
      "select catalog.store_case('acme')",
      'select catalog.moderation_counts()',
    ]) {
      await expect(
        database.asUser(market.owner, (sql) => sql.unsafe(statement)),
        statement,
      ).rejects.toMatchObject({ code: 'SK403' })
    }
  })

  it('needs a package', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    await expect(decidePackage(operator, 'acme/none', 'approve', '')).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('a case', () => {
  it('shows each version with its files, and the numbers of deleted ones, while the package is hidden', async () => {
    const { getPackageCase } = await import('./get-case.ts')
    await publishAs(database, market.owner, { id: handle, version: '1.1.0', approval: 'manual' })
    await publishAs(database, market.owner, { id: handle, version: '0.9.0', approval: 'manual' })
    await database.admin`
      with kept as (
        insert into catalog.artefacts (store, sha256, size_bytes) values ('database', sha256('x'), 1) returning *)
      insert into catalog.version_files (version_id, artefact_id, name, sha256, size_bytes, media_type)
      select v.id, kept.id, 'a.tgz', kept.sha256, 1, 'application/gzip'
      from kept, catalog.versions v join catalog.packages p on p.id = v.package_id
      where p.handle = ${handle} and v.version = '1.1.0'`
    await database.asUser(
      market.operator,
      (sql) => sql`select catalog.delete_version(${handle}, '1.0.0', 'Held a secret.')`,
      OPERATOR_CLAIMS,
    )
    const found = await getPackageCase(operator, handle)
    expect(found.versions.map(({ version, files }) => [version, files.map(({ name }) => name)])).toEqual([
      ['1.1.0', ['a.tgz']],
      ['0.9.0', []],
    ])
    expect(found.deletedVersions).toMatchObject([{ version: '1.0.0', reason: 'Held a secret.' }])
    await expect(getPackageCase(owner, handle)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('handing in again', () => {
  it('puts a rejected package at the end of the queue with what its seller says', async () => {
    const { decidePackage } = await import('./decide-package.ts')
    const { getPackageCase } = await import('./get-case.ts')
    const { listApprovals } = await import('./list-approvals.ts')
    await decidePackage(operator, handle, 'reject', 'No licence.')
    await database.asUser(
      market.owner,
      (sql) => sql`select catalog.submit_package(${handle}, 'It has one now.')`,
    )
    const found = await getPackageCase(operator, handle)
    expect(found.status).toBe('pending')
    expect(found.decisions.map(({ action, reason }) => [action, reason])).toEqual([
      ['submit', 'It has one now.'],
      ['reject', 'No licence.'],
    ])
    const { items } = await listApprovals(operator, { type: 'package', limit: 100 })
    expect(items.at(-1)).toMatchObject({ handle })
  })

  it('is the owner’s alone, and of nothing but what was rejected', async () => {
    const submitAs = (userId: string, of: string) =>
      database.asUser(userId, (sql) => sql`select catalog.submit_package(${of}, '')`)
    await expect(submitAs(market.buyer, handle)).rejects.toMatchObject({ code: 'SK404' })
    await expect(submitAs(market.owner, 'acme/free')).rejects.toMatchObject({ code: 'SK409' })
  })
})

describe('a decision about a store', () => {
  it('takes everything in it off the shelf and puts it back', async () => {
    const { decideStore } = await import('./decide-store.ts')
    expect(await decideStore(operator, 'acme', 'quarantine', 'Sold.')).toMatchObject({ status: 'suspended' })
    expect(await isListed('acme/free')).toBe(false)
    expect(await decideStore(operator, 'acme', 'release', '')).toMatchObject({ status: 'approved' })
    expect(await isListed('acme/free')).toBe(true)
  })

  it('lets a rejected seller hand in again', async () => {
    const { decideStore } = await import('./decide-store.ts')
    const { getStoreCase } = await import('./get-case.ts')
    expect(await decideStore(operator, 'newcomer', 'reject', 'Who are you?')).toMatchObject({
      status: 'rejected',
    })
    await database.asUser(market.newcomer, (sql) => sql`select catalog.submit_store('A person.')`)
    expect(await getStoreCase(operator, 'newcomer')).toMatchObject({
      status: 'pending',
      lastDecision: { action: 'submit', reason: 'A person.' },
    })
    expect(await decideStore(operator, 'newcomer', 'approve', '')).toMatchObject({ status: 'approved' })
  })

  it('is told with the reason but not with who decided', async () => {
    const { decideStore } = await import('./decide-store.ts')
    await decideStore(operator, 'acme', 'quarantine', 'Sold.')
    await decideStore(operator, 'acme', 'release', '')
    const [row] = await database.asUser(
      market.owner,
      (sql) => sql<{ seen: { store: { decisions: object[] } } }[]>`select catalog.seller_desk() as seen`,
    )
    const decisions = row?.seen.store.decisions ?? []
    expect(decisions).toContainEqual(expect.objectContaining({ action: 'quarantine', reason: 'Sold.' }))
    for (const decision of decisions) expect(decision).not.toHaveProperty('decidedBy')
  })
})

describe('the lists', () => {
  it('page through the whole queue, longest waiting first, without missing or repeating anything', async () => {
    const { listApprovals } = await import('./list-approvals.ts')
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await publishAs(database, market.owner, { id: `acme/queue-${name}`, approval: 'manual' })
    }
    await database.admin`update catalog.packages set submitted_at = '2026-01-01' where handle like 'acme/queue-%'`
    const whole = await listApprovals(operator, { limit: 100 })
    const names = (items: readonly { type: string; handle?: string; slug?: string }[]) =>
      items.map((item) => item.handle ?? item.slug)
    const walked: (string | undefined)[] = []
    let cursor: string | undefined
    do {
      const page = await listApprovals(operator, { limit: 2, cursor })
      walked.push(...names(page.items))
      cursor = page.meta.nextCursor ?? undefined
    } while (cursor)
    expect(walked).toEqual(names(whole.items))
    expect(whole.meta.total).toBe(walked.length)
    const times = whole.items.map(({ submittedAt }) => submittedAt)
    expect(times).toEqual(times.toSorted())
  })

  it('find packages and stores in any state by how their name begins', async () => {
    const { listModeratedPackages, listModeratedStores } = await import('./list-moderated.ts')
    const walked: string[] = []
    let cursor: string | undefined
    do {
      const page = await listModeratedPackages(operator, { q: 'acme/q', limit: 1, cursor })
      walked.push(...page.items.map((item) => item.handle))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(walked).toContain('acme/quarantined')
    expect(walked).toEqual(walked.toSorted())
    expect(walked.every((name) => name.startsWith('acme/q'))).toBe(true)
    const hidden = await listModeratedPackages(operator, { status: 'quarantined', q: 'acme/', limit: 100 })
    expect(hidden.items.every((item) => item.status === 'quarantined')).toBe(true)
    const stores = await listModeratedStores(operator, { status: 'suspended', limit: 24 })
    expect(stores.items.map((item) => item.slug)).toEqual(['rival'])
  })

  it('refuse a cursor that they did not issue', async () => {
    const { listApprovals } = await import('./list-approvals.ts')
    await expect(listApprovals(operator, { limit: 2, cursor: 'WzEsMV0' })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })
})
