import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { onPurge } from '#lib/platform/cache-purge'
import { closeDatabase } from '#lib/platform/db'
import { packageTag, storeTag } from '#lib/http/public-pages'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import { answerOffer } from './answer-offer.ts'
import { changeMember } from './change-member.ts'
import { claimNamespace } from './claim-namespace.ts'
import { deprecatePackage } from './deprecate.ts'
import { getNamespace } from './get-namespace.ts'
import { listManagedNamespaces } from './list-managed-namespaces.ts'
import { offerNamespace } from './offer-namespace.ts'
import { openStore } from './open-store.ts'
import { publishVersion } from './publish-version.ts'

let db: TestDatabase
let count = 0

beforeAll(async () => {
  db = await createTestDatabase()
  useDatabase(db)
  await replaceCategories(db)
})
afterAll(async () => {
  await closeDatabase()
  await db.drop()
})

interface Seller {
  actor: UserActor
  slug: string
}

async function person(name: string): Promise<UserActor> {
  const email = `${name}@souk.test`
  const userId = await db.createUser({ email })
  return { kind: 'user', userId, email, displayName: name, appRole: null, isStale: false }
}

async function seller(): Promise<Seller> {
  const slug = `tr${(count += 1)}`
  const actor = await person(slug)
  await openStoreAs(db, actor.userId, slug)
  return { actor, slug }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  return outcome instanceof Problem ? outcome.code : `no problem: ${JSON.stringify(outcome)}`
}

async function join(owner: Seller, friend: Seller, role: 'owner' | 'maintainer'): Promise<void> {
  const { id } = await offerNamespace(owner.actor, owner.slug, { kind: 'member', to: friend.slug, role })
  await answerOffer(friend.actor, id, true)
}

const setStatus = (slug: string, status: string) =>
  db.admin`update catalog.stores set status = ${status} where slug = ${slug}`

const manifest = (handle: string, more = '') =>
  new TextEncoder().encode(
    `id: ${handle}\nversion: 1.0.0\nkind: prompt\nmetadata: { name: N, description: D }\nspec: { template: T }\n${more}`,
  )

async function titlesTo(actor: UserActor): Promise<{ title: string; body: string }[]> {
  return await db.admin<{ title: string; body: string }[]>`
    select title, body from identity.notifications where user_id = ${actor.userId} order by created_at, id`
}

describe('a namespace of a store in quarantine', () => {
  it.each(['suspended', 'rejected'])(
    'is not offered and not taken over while the store is %s',
    async (status) => {
      const [giver, taker, other] = [await seller(), await seller(), await seller()]
      const handle = `${giver.slug}/hidden`
      await publishAs(db, giver.actor.userId, { id: handle })
      const { id } = await offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: taker.slug })
      await setStatus(giver.slug, status)
      expect(await codeOf(answerOffer(taker.actor, id, true))).toBe('store_suspended')
      expect(
        await codeOf(offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: other.slug })),
      ).toBe('store_suspended')
      const rows = await db.admin`
      select p.store_id = s.id as stays, exists (
        select from catalog.marketplace_catalog_rows r where r.handle = p.handle) as listed
      from catalog.packages p, catalog.stores s where p.handle = ${handle} and s.slug = ${giver.slug}`
      expect(rows).toEqual([{ stays: true, listed: false }])
      // The offer stands: once the store is released it can be accepted, and it can be declined at any time.
      await setStatus(giver.slug, 'approved')
      expect(await answerOffer(taker.actor, id, true)).toEqual({ name: giver.slug, accepted: true })
    },
  )

  it('can be declined all the same', async () => {
    const [giver, taker] = [await seller(), await seller()]
    const { id } = await offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: taker.slug })
    await setStatus(giver.slug, 'suspended')
    expect(await answerOffer(taker.actor, id, false)).toEqual({ name: giver.slug, accepted: false })
  })
})

describe('whoever takes a namespace over', () => {
  it('has it alone: members leave, open offers are withdrawn, and both sides are told beforehand and after', async () => {
    const [giver, taker, owner, maintainer, invited] = [
      ...[await seller(), await seller(), await seller(), await seller(), await seller()],
    ] as [Seller, Seller, Seller, Seller, Seller]
    await join(giver, owner, 'owner')
    await join(giver, maintainer, 'maintainer')
    const open = await offerNamespace(owner.actor, giver.slug, {
      kind: 'member',
      to: invited.slug,
      role: 'owner',
    })
    const { id } = await offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: taker.slug })
    expect((await titlesTo(taker.actor)).at(-1)?.body).toContain(
      'Its members and open invitations do not come along',
    )
    await answerOffer(taker.actor, id, true)
    for (const { actor } of [giver, owner, maintainer]) {
      expect(await codeOf(getNamespace(actor, giver.slug))).toBe('not_found')
      expect(await codeOf(publishVersion(actor, manifest(`${giver.slug}/mine`)))).toBe('namespace_not_owned')
    }
    for (const { actor } of [owner, maintainer]) {
      expect((await titlesTo(actor)).at(-1)?.title).toBe(`You no longer look after ${giver.slug}`)
    }
    expect(await codeOf(answerOffer(invited.actor, open.id, true))).toBe('not_found')
    const page = await getNamespace(taker.actor, giver.slug)
    expect(page.members.map(({ userId }) => userId)).toEqual([taker.actor.userId])
    expect(page.offers).toEqual([])
    const actions = await db.admin<{ action: string }[]>`
      select action from identity.audit_entries where subject = ${giver.slug} and action in ('member.remove', 'namespace.withdraw')`
    expect(actions.map(({ action }) => action).sort()).toEqual([
      'member.remove',
      'member.remove',
      'namespace.withdraw',
    ])
  })

  it('finds no cache that still names the old store', async () => {
    const [giver, taker] = [await seller(), await seller()]
    for (const name of ['one', 'two'])
      await publishAs(db, giver.actor.userId, { id: `${giver.slug}/${name}` })
    const { id } = await offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: taker.slug })
    const dropped = vi.fn()
    onPurge(dropped)
    await answerOffer(taker.actor, id, true)
    const tags = new Set(dropped.mock.calls.flatMap(([some]) => some as string[]))
    for (const tag of [
      ...['one', 'two'].map((name) => packageTag(`${giver.slug}/${name}`)),
      ...[storeTag(giver.slug), storeTag(taker.slug)],
    ]) {
      expect(tags).toContain(tag)
    }
  })

  it('does not get one that looks like another which stays behind', async () => {
    const [giver, taker] = [await seller(), await seller()]
    await claimNamespace(giver.actor, 'twin-moon')
    await claimNamespace(giver.actor, 'twinm00n')
    const { id } = await offerNamespace(giver.actor, 'twinm00n', { kind: 'transfer', to: taker.slug })
    const refusal: unknown = await answerOffer(taker.actor, id, true).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'name_taken' })
    expect((refusal as Problem).detail).toContain('"twinm00n" looks too much like "twin-moon"')
  })
})

describe('an owner who is removed or made a maintainer', () => {
  it.each([null, 'maintainer'] as const)('leaves no invitation open (%s)', async (role) => {
    const [owner, partner, accomplice, known] = [
      await seller(),
      await seller(),
      await seller(),
      await seller(),
    ]
    await join(owner, partner, 'owner')
    const invite = (by: Seller, to: Seller) =>
      offerNamespace(by.actor, owner.slug, { kind: 'member', to: to.slug, role: 'owner' })
    const theirs = await invite(partner, accomplice)
    const others = await invite(owner, known)
    await changeMember(owner.actor, owner.slug, partner.actor.userId, role)
    expect(await codeOf(answerOffer(accomplice.actor, theirs.id, true))).toBe('not_found')
    expect((await listManagedNamespaces(accomplice.actor)).offers).toEqual([])
    expect(await answerOffer(known.actor, others.id, true)).toMatchObject({ accepted: true })
  })
})

describe('maintainers', () => {
  it('depend on hidden packages that they look after, and name them as what to use instead', async () => {
    const [owner, maintainer, stranger] = [await seller(), await seller(), await seller()]
    await join(owner, maintainer, 'maintainer')
    const hidden = `${owner.slug}/hidden`
    await publishVersion(maintainer.actor, manifest(hidden))
    await db.admin`update catalog.packages set status = 'pending' where handle = ${hidden}`
    const needs = `dependencies: { ${hidden}: ^1.0.0 }\n`
    await publishVersion(maintainer.actor, manifest(`${owner.slug}/needs-it`, needs))
    expect(await codeOf(publishVersion(stranger.actor, manifest(`${stranger.slug}/needs-it`, needs)))).toBe(
      'unknown_dependency',
    )
    const advice = { message: 'Use the other.', useInstead: hidden }
    expect(await deprecatePackage(maintainer.actor, `${owner.slug}/needs-it`, advice)).toMatchObject({
      deprecation: { useInstead: hidden },
    })
    await publishVersion(stranger.actor, manifest(`${stranger.slug}/tool`))
    expect(await codeOf(deprecatePackage(stranger.actor, `${stranger.slug}/tool`, advice))).toBe(
      'validation_failed',
    )
  })
})

describe('the address of a store', () => {
  it.each([
    ['gooogle', 'gooog1e'],
    ['northwind-tools', 'n0rthwindtools'],
  ])('is refused beside one that it looks like, with an explanation: %s, %s', async (first, second) => {
    const [one, two] = [await person(first), await person(second)]
    await openStore(one, { slug: first, name: 'First', description: '' })
    const refusal: unknown = await openStore(two, { slug: second, name: 'Second', description: '' }).catch(
      (error: unknown) => error,
    )
    expect(refusal).toMatchObject({ code: 'name_taken', status: 409, issues: [{ path: 'slug' }] })
    expect((refusal as Problem).detail).toContain(`"${second}" looks too much like "${first}"`)
    const taken: unknown = await openStore(two, { slug: first, name: 'Second', description: '' }).catch(
      (error: unknown) => error,
    )
    expect((taken as Problem).detail).toBe(`The store address "${first}" is taken.`)
  })

  it('goes to one of two who open look-alikes at the same moment', async () => {
    const [one, two] = [await person('race-one'), await person('race-two')]
    const codes = await Promise.all([
      codeOf(openStore(one, { slug: 'racing-stripe', name: 'A', description: '' })),
      codeOf(openStore(two, { slug: 'rac1ngstripe', name: 'B', description: '' })),
    ])
    expect(codes.filter((code) => code === 'name_taken')).toHaveLength(1)
  })
})
