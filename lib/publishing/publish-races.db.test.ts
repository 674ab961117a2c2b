import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, type Work } from '../../scripts/testing/database.ts'
import { openStoreAs, publishArguments, publishAs, replaceCategories } from '../../scripts/testing/market.ts'

let db: TestDatabase
let count = 0

beforeAll(async () => {
  db = await createTestDatabase()
  await replaceCategories(db)
})
afterAll(() => db.drop())

interface Seller {
  userId: string
  slug: string
}

async function seller(): Promise<Seller> {
  const slug = `race${(count += 1)}`
  const userId = await db.createUser()
  await openStoreAs(db, userId, slug)
  return { userId, slug }
}

async function offer(from: Seller, kind: 'member' | 'transfer', to: Seller): Promise<string> {
  const role = kind === 'member' ? 'maintainer' : null
  const [row] = await db.asUser(
    from.userId,
    (sql) => sql<{ id: string }[]>`
      select catalog.offer_namespace(${from.slug}, ${kind}, ${to.slug}, ${role}) ->> 'id' as id`,
  )
  return row?.id as string
}

const accept =
  (id: string): Work<unknown> =>
  (sql) =>
    sql`select catalog.answer_offer(${id}, true)`

const setStatus = (store: Seller, status: string) =>
  db.admin`update catalog.stores set status = ${status} where slug = ${store.slug}`

const publish = ({ slug }: Seller, by: Seller, version = '1.0.0') =>
  publishAs(db, by.userId, { id: `${slug}/thing`, version })

/** Does `first` as `actor` and, before that is committed, begins `second`, which has to wait. Answers how that ends. */
async function overtaken(actor: Seller, first: Work<unknown>, second: () => Promise<unknown>) {
  let waiting: Promise<unknown> = Promise.resolve()
  let isOver = false
  await db.asUser(actor.userId, async (sql) => {
    await first(sql)
    waiting = second()
      .catch((error: unknown) => error)
      .finally(() => (isOver = true))
    for (;;) {
      const waits = await db.admin`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      if (waits.length > 0) break
      if (isOver) throw new Error(`It did not wait: ${JSON.stringify(await waiting)}`)
    }
  })
  return await waiting
}

const publishing =
  ({ slug }: Seller, version = '1.0.0'): Work<unknown> =>
  (sql) => {
    const { manifest, yaml, release } = publishArguments({ id: `${slug}/thing`, version })
    return sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`
  }

/** Whose store sells it, and whether it is on the shelf. */
const whereabouts = async ({ slug }: Seller) => {
  const [row] = await db.admin`
    select s.slug as store, exists (select from catalog.marketplace_catalog_rows r where r.handle = p.handle) as listed
    from catalog.packages p join catalog.stores s on s.id = p.store_id where p.handle = ${`${slug}/thing`}`
  return row
}

describe.each([
  ['a new package', false],
  ['a next version', true],
])('publishing %s', (_, isThere) => {
  it('is refused to whoever gave the namespace away a moment before', async () => {
    const [giver, taker] = [await seller(), await seller()]
    if (isThere) await publish(giver, giver)
    const id = await offer(giver, 'transfer', taker)
    const outcome = await overtaken(taker, accept(id), () => publish(giver, giver, '2.0.0'))
    expect(outcome).toMatchObject({ code: 'SK403', detail: 'namespace_not_owned' })
  })

  it('is refused to whoever was removed from the namespace a moment before', async () => {
    const [owner, member] = [await seller(), await seller()]
    if (isThere) await publish(owner, owner)
    await db.asUser(member.userId, accept(await offer(owner, 'member', member)))
    const outcome = await overtaken(
      owner,
      (sql) => sql`select catalog.change_member(${owner.slug}, ${member.userId}, null)`,
      () => publish(owner, member, '2.0.0'),
    )
    expect(outcome).toMatchObject({ code: 'SK403', detail: 'namespace_not_owned' })
  })

  it('is finished before the namespace is given away: the package moves too', async () => {
    const [giver, taker] = [await seller(), await seller()]
    if (isThere) await publish(giver, giver)
    const id = await offer(giver, 'transfer', taker)
    await overtaken(giver, publishing(giver, '2.0.0'), () => db.asUser(taker.userId, accept(id)))
    expect(await whereabouts(giver)).toEqual({ store: taker.slug, listed: true })
  })

  it('leaves nothing on the shelf of a store that is suspended meanwhile', async () => {
    const owner = await seller()
    if (isThere) {
      await publish(owner, owner)
      // All of it was withdrawn, so that nothing of it is on the shelf.
      await db.asUser(
        owner.userId,
        (sql) => sql`select catalog.yank_version(${`${owner.slug}/thing`}, '1.0.0', true, 'Broken.')`,
      )
    }
    await overtaken(owner, publishing(owner, '2.0.0'), () => setStatus(owner, 'suspended'))
    expect(await whereabouts(owner)).toEqual({ store: owner.slug, listed: false })
  })
})

describe('taking a namespace over', () => {
  it('leaves nothing on the shelf of a store that is suspended meanwhile', async () => {
    const [giver, taker] = [await seller(), await seller()]
    await publish(giver, giver)
    const id = await offer(giver, 'transfer', taker)
    await overtaken(taker, accept(id), () => setStatus(taker, 'suspended'))
    expect(await whereabouts(giver)).toEqual({ store: taker.slug, listed: false })
  })
})
