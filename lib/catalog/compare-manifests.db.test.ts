import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymous } from '#lib/kernel/actor'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type * as comparing from './compare-manifests.ts'

describe('comparing two versions', () => {
  let database: TestDatabase
  let market: Market
  let compareManifests: typeof comparing.compareManifests
  let closeDatabase: typeof db.closeDatabase
  let count = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    useDatabase(database)
    ;({ compareManifests } = await import('./compare-manifests.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  /** Publishes two versions of a package with these texts and answers its handle. */
  async function published(before: string, after: string): Promise<string> {
    count += 1
    const id = `acme/compared-${count}`
    await publishAs(database, market.owner, { id, version: '1.0.0', yaml: before })
    await publishAs(database, market.owner, { id, version: '2.0.0', yaml: after })
    return id
  }
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('')
  const short = (hunks: comparing.DiffLine[][]) =>
    hunks.map((hunk) =>
      hunk.map(({ change, fromLine, toLine, text }) => `${change} ${fromLine} ${toLine} ${text}`),
    )

  it('shows each change with three lines around it, apart from the next, numbered on both sides', async () => {
    const id = await published(
      lines(1, 30),
      `${lines(1, 4)}line five\n${lines(6, 20)}one more\n${lines(21, 29)}`,
    )
    const { hunks, addedCount, removedCount } = await compareManifests(anonymous, id, '1.0.0', '2.0.0')
    expect({ addedCount, removedCount }).toEqual({ addedCount: 2, removedCount: 2 })
    expect(short(hunks)).toEqual([
      [
        ...['same 2 2 line 2', 'same 3 3 line 3', 'same 4 4 line 4', 'removed 5 null line 5'],
        ...['added null 5 line five', 'same 6 6 line 6', 'same 7 7 line 7', 'same 8 8 line 8'],
      ],
      [
        ...['same 18 18 line 18', 'same 19 19 line 19', 'same 20 20 line 20', 'added null 21 one more'],
        ...['same 21 22 line 21', 'same 22 23 line 22', 'same 23 24 line 23'],
      ],
      ['same 27 28 line 27', 'same 28 29 line 28', 'same 29 30 line 29', 'removed 30 null line 30'],
    ])
    const back = await compareManifests(anonymous, id, '2.0.0', '1.0.0')
    expect([back.addedCount, back.removedCount]).toEqual([2, 2])
  })

  it('of equal bytes shows nothing', async () => {
    const id = await published('id: x\n', 'id: x\n')
    expect(await compareManifests(anonymous, id, '1.0.0', '2.0.0')).toEqual({
      ...{ hunks: [], addedCount: 0, removedCount: 0 },
    })
  })

  it('shows a line end that came or went, and never as a line of the text', async () => {
    const id = await published('id: x\nlast', 'id: x\nlast\n')
    const { hunks } = await compareManifests(anonymous, id, '1.0.0', '2.0.0')
    expect(short(hunks)).toEqual([['same 1 1 id: x', 'removed 2 null last', 'added null 2 last']])
  })

  it('shows texts with little in common as replaced whole, without working on it for long', async () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word}${index}`).join('\n')
    const id = await published(many('a'), many('b'))
    const { hunks, addedCount, removedCount } = await compareManifests(anonymous, id, '1.0.0', '2.0.0')
    expect([hunks.length, addedCount, removedCount]).toEqual([1, 3_000, 3_000])
    expect(hunks[0]?.at(0)).toEqual({ change: 'removed', fromLine: 1, toLine: null, text: 'a0' })
    expect(hunks[0]?.at(-1)).toEqual({ change: 'added', fromLine: null, toLine: 3_000, text: 'b2999' })
  })

  it('is refused to who may not have both, as a download is', async () => {
    const compare = (
      handle: string,
      to = '1.0.0',
      actor: Parameters<typeof compareManifests>[0] = anonymous,
    ) => compareManifests(actor, handle, '1.0.0', to)
    await expect(compare('acme/paid')).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(compare('acme/paid', '1.0.0', userActor(market.newcomer))).rejects.toMatchObject({
      code: 'payment_required',
    })
    expect((await compare('acme/paid', '1.0.0', userActor(market.buyer))).hunks).toEqual([])
    for (const handle of ['acme/quarantined', 'acme/pending', 'rival/tool', 'acme/no-such-thing']) {
      await expect(compare(handle)).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(compare('acme/free', '9.9.9')).rejects.toMatchObject({ code: 'not_found' })
  })
})
