import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#lib/kernel/actor'
import { nameSkeleton } from '#lib/kernel/name-skeleton'
import { Problem } from '#lib/kernel/problem'
import { closeDatabase } from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { downloadFile } from '#lib/catalog/download-file'
import { downloadManifest } from '#lib/catalog/download-manifest'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { answerOffer } from './answer-offer.ts'
import { changeMember } from './change-member.ts'
import { claimNamespace } from './claim-namespace.ts'
import { getNamespace } from './get-namespace.ts'
import { getPackageStory, getStoreDays } from './get-package-story.ts'
import { getSellerOverview } from './get-seller-overview.ts'
import { listManagedNamespaces } from './list-managed-namespaces.ts'
import { offerNamespace } from './offer-namespace.ts'
import { publishVersion } from './publish-version.ts'
import { namespacePageSchema, ownNamespacesSchema, sellerOverviewSchema } from './schemas.ts'
import { updatePackage } from './update-package.ts'
import { withdrawOffer } from './withdraw-offer.ts'

let db: TestDatabase
let count = 0

beforeAll(async () => {
  db = await createTestDatabase()
  Object.assign(process.env, {
    DATABASE_URL: db.url,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
    PUBLISH_NEW_PER_HOUR: '3',
    PUBLISH_VERSIONS_PER_HOUR: '4',
  })
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

async function seller(): Promise<Seller> {
  const slug = `zq${(count += 1)}`
  const email = `${slug}@souk.test`
  const userId = await db.createUser({ email })
  await openStoreAs(db, userId, slug)
  return { actor: { kind: 'user', userId, email, displayName: slug, appRole: null, isStale: false }, slug }
}

/** A file beside version 1.0.0, whose bytes nobody reads here. */
async function putFile(handle: string, name: string): Promise<void> {
  await db.admin`
    with kept as (
      insert into catalog.artefacts (store, sha256, size_bytes) values ('database', sha256('x'), 1) returning *)
    insert into catalog.version_files (version_id, artefact_id, name, sha256, size_bytes, media_type)
    select v.id, kept.id, ${name}, kept.sha256, 1, 'application/gzip'
    from kept, catalog.versions v join catalog.packages p on p.id = v.package_id where p.handle = ${handle}`
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  return outcome instanceof Problem ? outcome.code : `no problem: ${JSON.stringify(outcome)}`
}

const manifest = (handle: string, version = '1.0.0') =>
  new TextEncoder().encode(
    `id: ${handle}\nversion: ${version}\nkind: prompt\nmetadata: { name: N, description: D }\nspec: { template: T }\n`,
  )

describe('names that look alike', () => {
  it('have the same skeleton in SQL and in TypeScript', async () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,6}([-_.][a-z0-9]{1,6}){0,3}$/)
    const names = fc.sample(name, 300)
    const rows = await db.admin<{ skeleton: string }[]>`
      select catalog.name_skeleton(name) as skeleton from unnest(${names}::text[]) with ordinality t (name, at) order by at`
    expect(rows.map((row) => row.skeleton)).toEqual(names.map(nameSkeleton))
  })

  it.each([
    ['google', 'goog1e'],
    ['microsoft', 'rnicrosoft'],
    ['open-tools', 'opentools'],
    ['zeroworks', 'zer0works'],
    ['winvvare', 'winware'],
    ['claude-kit', 'c1aude.kit'],
  ])('are refused beside one another with an explanation: %s, %s', async (first, second) => {
    const [one, two] = [await seller(), await seller()]
    await claimNamespace(one.actor, first)
    const refusal: unknown = await claimNamespace(two.actor, second).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'name_taken', issues: [{ path: 'name' }] })
    expect((refusal as Problem).detail).toContain(`"${second}" looks too much like "${first}"`)
    expect(await claimNamespace(one.actor, second)).toMatchObject({ name: second })
  })

  it('go to one of two who claim them at the same moment', async () => {
    const [one, two] = [await seller(), await seller()]
    const codes = await Promise.all([
      codeOf(claimNamespace(one.actor, 'racing-lane')),
      codeOf(claimNamespace(two.actor, 'rac1ng_lane')),
    ])
    expect(codes.filter((code) => code === 'name_taken')).toHaveLength(1)
  })
})

describe('members', () => {
  it('join by accepting, publish, and stop when they are removed', async () => {
    const [owner, friend] = [await seller(), await seller()]
    expect(await codeOf(publishVersion(friend.actor, manifest(`${owner.slug}/tool`)))).toBe(
      'namespace_not_owned',
    )
    const { id } = await offerNamespace(owner.actor, owner.slug, {
      kind: 'member',
      to: friend.actor.email.toUpperCase(),
      role: 'maintainer',
    })
    expect(await codeOf(publishVersion(friend.actor, manifest(`${owner.slug}/tool`)))).toBe(
      'namespace_not_owned',
    )
    const received = ownNamespacesSchema.parse(await listManagedNamespaces(friend.actor))
    expect(received.offers).toMatchObject([{ id, namespace: owner.slug, kind: 'member', role: 'maintainer' }])
    await answerOffer(friend.actor, id, true)
    expect(await publishVersion(friend.actor, manifest(`${owner.slug}/tool`))).toMatchObject({
      version: { version: '1.0.0' },
    })
    const page = namespacePageSchema.parse(await getNamespace(owner.actor, owner.slug))
    expect(page.members.map(({ userId, role }) => [userId, role])).toEqual([
      [owner.actor.userId, 'owner'],
      [friend.actor.userId, 'maintainer'],
    ])
    await changeMember(owner.actor, owner.slug, friend.actor.userId, null)
    expect(await codeOf(publishVersion(friend.actor, manifest(`${owner.slug}/tool`, '1.1.0')))).toBe(
      'namespace_not_owned',
    )
  })

  it('find the namespace and its packages on their own dashboard, whatever state they are in, without its money', async () => {
    const [owner, friend] = [await seller(), await seller()]
    const handle = `${owner.slug}/tool`
    await publishVersion(owner.actor, manifest(handle))
    await publishVersion(friend.actor, manifest(`${friend.slug}/own`))
    const handles = async () =>
      sellerOverviewSchema.parse(await getSellerOverview(friend.actor)).packages.map((item) => item.handle)
    expect(await handles()).toEqual([`${friend.slug}/own`])
    const { id } = await offerNamespace(owner.actor, owner.slug, {
      ...{ kind: 'member', to: friend.actor.email, role: 'maintainer' },
    })
    expect(await handles()).toEqual([`${friend.slug}/own`])
    await answerOffer(friend.actor, id, true)
    await db.admin`select catalog.record_activity(${JSON.stringify([{ handle, views: 3, downloads: 1 }])}::text::jsonb)`
    await db.admin`update catalog.package_days set sales = 7`
    await db.admin`update catalog.packages set status = 'rejected' where handle = ${handle}`
    await db.admin`update catalog.stores set status = 'pending' where slug = ${owner.slug}`
    await db.admin`
      insert into catalog.decisions (package_id, action, from_status, to_status, reason)
      select id, 'reject', 'pending', 'rejected', 'Says nothing.' from catalog.packages where handle = ${handle}`
    const overview = sellerOverviewSchema.parse(await getSellerOverview(friend.actor))
    expect(overview.store).toMatchObject({ slug: friend.slug })
    expect(overview.namespaces).toEqual([
      { name: friend.slug, role: 'owner', isOwn: true, store: { slug: friend.slug, name: friend.slug } },
      { name: owner.slug, role: 'maintainer', isOwn: false, store: { slug: owner.slug, name: owner.slug } },
    ])
    expect(overview.packages.find((item) => item.handle === handle)).toMatchObject({
      ...{ role: 'maintainer', isOwn: false, status: 'rejected', storeStatus: 'pending' },
    })
    const story = await getPackageStory(friend.actor, handle)
    expect(story.decisions).toMatchObject([{ action: 'reject', reason: 'Says nothing.' }])
    expect(story.days.at(-1)).toMatchObject({ views: 3, downloads: 1, sales: 0 })
    expect((await getPackageStory(owner.actor, handle)).days.at(-1)).toMatchObject({ views: 3, sales: 7 })
    expect((await getStoreDays(friend.actor)).at(-1)).toMatchObject({ views: 0 })
    expect(await codeOf(updatePackage(friend.actor, handle, { price: { amount: 1, currency: 'USD' } }))).toBe(
      'not_found',
    )
    await changeMember(owner.actor, owner.slug, friend.actor.userId, null)
    expect(await handles()).toEqual([`${friend.slug}/own`])
    expect((await getPackageStory(friend.actor, handle)).decisions).toEqual([])
  })

  it('have the bytes of what they look after, paid and waiting packages too, and no longer than that', async () => {
    const [owner, friend] = [await seller(), await seller()]
    const handle = `${owner.slug}/paid`
    await publishVersion(owner.actor, manifest(handle))
    await db.admin`update catalog.packages set price_amount = 500 where handle = ${handle}`
    const download = () => codeOf(downloadManifest(friend.actor, handle, '1.0.0'))
    const file = () => codeOf(downloadFile(friend.actor, handle, '1.0.0', 'a.tgz'))
    await putFile(handle, 'a.tgz')
    expect([await download(), await file()]).toEqual(['payment_required', 'payment_required'])
    const { id } = await offerNamespace(owner.actor, owner.slug, {
      ...{ kind: 'member', to: friend.slug, role: 'maintainer' },
    })
    await answerOffer(friend.actor, id, true)
    expect([await download(), await file()].map((code) => code.split(':')[0])).toEqual([
      'no problem',
      'no problem',
    ])
    await db.admin`update catalog.packages set status = 'pending' where handle = ${handle}`
    expect(await download()).toContain('no problem')
    await changeMember(owner.actor, owner.slug, friend.actor.userId, null)
    expect([await download(), await file()]).toEqual(['not_found', 'not_found'])
  })

  it('are invited by the address of their store too, may leave, and may decline', async () => {
    const [owner, friend] = [await seller(), await seller()]
    const invite = () =>
      offerNamespace(owner.actor, owner.slug, { kind: 'member', to: friend.slug, role: 'owner' })
    await answerOffer(friend.actor, (await invite()).id, false)
    expect(await codeOf(getNamespace(friend.actor, owner.slug))).toBe('not_found')
    await answerOffer(friend.actor, (await invite()).id, true)
    expect((await getNamespace(friend.actor, owner.slug)).role).toBe('owner')
    await changeMember(friend.actor, owner.slug, friend.actor.userId, null)
    expect(await codeOf(getNamespace(friend.actor, owner.slug))).toBe('not_found')
  })

  it('cannot remove the last owner, and maintainers manage nobody', async () => {
    const [owner, friend, third] = [await seller(), await seller(), await seller()]
    const { id } = await offerNamespace(owner.actor, owner.slug, {
      kind: 'member',
      to: friend.slug,
      role: 'owner',
    })
    await answerOffer(friend.actor, id, true)
    for (const role of [null, 'maintainer'] as const) {
      expect(await codeOf(changeMember(friend.actor, owner.slug, owner.actor.userId, role))).toBe('conflict')
    }
    await changeMember(owner.actor, owner.slug, friend.actor.userId, 'maintainer')
    const offer = { kind: 'member', to: third.slug, role: 'owner' } as const
    expect(await codeOf(offerNamespace(friend.actor, owner.slug, offer))).toBe('forbidden')
    expect(await codeOf(changeMember(friend.actor, owner.slug, friend.actor.userId, 'owner'))).toBe(
      'forbidden',
    )
  })

  it('are nobody’s business: strangers get the same answer as for a namespace that is not there', async () => {
    const [owner, stranger] = [await seller(), await seller()]
    const { id } = await offerNamespace(owner.actor, owner.slug, {
      kind: 'member',
      to: 'nobody@souk.test',
      role: 'owner',
    })
    const attempts = (name: string, offerId: string) =>
      Promise.all([
        codeOf(getNamespace(stranger.actor, name)),
        codeOf(offerNamespace(stranger.actor, name, { kind: 'transfer', to: stranger.slug })),
        codeOf(changeMember(stranger.actor, name, stranger.actor.userId, 'owner')),
        codeOf(changeMember(stranger.actor, name, stranger.actor.userId, null)),
        codeOf(withdrawOffer(stranger.actor, name, offerId)),
        codeOf(answerOffer(stranger.actor, offerId, true)),
      ])
    const known = await attempts(owner.slug, id)
    expect(known).toEqual(Array.from({ length: 6 }, () => 'not_found'))
    expect(await attempts('no-such-name', crypto.randomUUID())).toEqual(known)
  })

  it('do not join by an offer that was withdrawn, answered or has expired', async () => {
    const [owner, friend] = [await seller(), await seller()]
    const offer = () =>
      offerNamespace(owner.actor, owner.slug, { kind: 'member', to: friend.slug, role: 'owner' })
    const withdrawn = await offer()
    expect(await codeOf(offer())).toBe('conflict')
    await withdrawOffer(owner.actor, owner.slug, withdrawn.id)
    const expired = await offer()
    await db.admin`update catalog.namespace_offers set expires_at = now() where id = ${expired.id}`
    for (const { id } of [withdrawn, expired]) {
      expect(await codeOf(answerOffer(friend.actor, id, true))).toBe('not_found')
    }
    const accepted = await offer()
    const twice = await Promise.all([
      codeOf(answerOffer(friend.actor, accepted.id, true)),
      codeOf(answerOffer(friend.actor, accepted.id, true)),
    ])
    expect(twice.filter((code) => code === 'not_found')).toHaveLength(1)
  })
})

describe('a transfer', () => {
  it('moves the namespace with its packages once the other store accepts, and not before', async () => {
    const [giver, taker] = [await seller(), await seller()]
    await publishAs(db, giver.actor.userId, { id: `${giver.slug}/gift` })
    const { id } = await offerNamespace(giver.actor, giver.slug, { kind: 'transfer', to: taker.slug })
    expect(await codeOf(publishVersion(taker.actor, manifest(`${giver.slug}/gift`, '2.0.0')))).toBe(
      'namespace_not_owned',
    )
    await answerOffer(taker.actor, id, true)
    await publishVersion(taker.actor, manifest(`${giver.slug}/gift`, '2.0.0'))
    expect(await codeOf(publishVersion(giver.actor, manifest(`${giver.slug}/gift`, '3.0.0')))).toBe(
      'namespace_not_owned',
    )
    const [row] = await db.admin`
      select entry #>> '{store,slug}' as store from catalog.marketplace_catalog_rows where handle = ${`${giver.slug}/gift`}`
    expect(row?.store).toBe(taker.slug)
    const actions = await db.admin<{ action: string }[]>`
      select action from identity.audit_entries where subject = ${giver.slug} and action like 'namespace.%' order by id`
    expect(actions.map(({ action }) => action)).toEqual([
      'namespace.claim',
      'namespace.offer',
      'namespace.transfer',
    ])
  })

  it('is for the owner of the store to offer and for an open store to accept', async () => {
    const [giver, member] = [await seller(), await seller()]
    const joined = await offerNamespace(giver.actor, giver.slug, {
      kind: 'member',
      to: member.slug,
      role: 'owner',
    })
    await answerOffer(member.actor, joined.id, true)
    const offer = { kind: 'transfer', to: member.slug } as const
    expect(await codeOf(offerNamespace(member.actor, giver.slug, offer))).toBe('forbidden')
    const { id } = await offerNamespace(giver.actor, giver.slug, offer)
    await db.admin`update catalog.stores set status = 'suspended' where slug = ${member.slug}`
    expect(await codeOf(answerOffer(member.actor, id, true))).toBe('store_suspended')
    expect((await getNamespace(giver.actor, giver.slug)).offers).toHaveLength(1)
  })
})

describe('token buckets', () => {
  it('limit new packages and versions apart, say when to come back, and give refused tries back', async () => {
    const { actor, slug } = await seller()
    for (const name of ['a', 'b', 'c']) await publishVersion(actor, manifest(`${slug}/${name}`))
    const refused: unknown = await publishVersion(actor, manifest(`${slug}/d`)).catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'rate_limited', status: 429 })
    expect(Number((refused as Problem).headers?.['retry-after'])).toBeGreaterThan(0)
    for (let attempt = 0; attempt < 6; attempt += 1) {
      expect(await codeOf(publishVersion(actor, manifest(`${slug}/a`)))).toBe('version_exists')
    }
    for (const version of ['1.1.0', '1.2.0', '1.3.0', '1.4.0']) {
      await publishVersion(actor, manifest(`${slug}/a`, version))
    }
    expect(await codeOf(publishVersion(actor, manifest(`${slug}/a`, '1.5.0')))).toBe('rate_limited')
    await db.admin`update catalog.publish_buckets set filled_at = filled_at - interval '1 hour' where user_id = ${actor.userId}`
    expect(await publishVersion(actor, manifest(`${slug}/d`))).toMatchObject({
      version: { version: '1.0.0' },
    })
  })
})
