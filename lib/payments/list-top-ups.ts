import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { Problem } from '#lib/kernel/problem'
import { cardTerms } from './card-terms.ts'
import { selectTopUps } from './data.ts'
import { TOP_UP_MAX, TOP_UP_MIN, type TopUpList } from './schemas.ts'

const PAGE_SIZE = 25
const cursor = defineCursor(1, z.object({ at: z.string().max(64), id: z.uuid() }))

/** The caller's top-ups, newest first, and whether cards can be taken here at all. */
export async function listTopUps(actor: Actor, after?: string): Promise<TopUpList> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to see your wallet.')
  const rows = await selectTopUps(actor, PAGE_SIZE, after === undefined ? null : cursor.decode(after))
  const last = rows.length > PAGE_SIZE ? rows[PAGE_SIZE - 1] : undefined
  return {
    items: rows.slice(0, PAGE_SIZE).map((row) => row.topUp),
    meta: {
      ...cardTerms(),
      minimum: { amount: TOP_UP_MIN, currency: 'USD' },
      maximum: { amount: TOP_UP_MAX, currency: 'USD' },
      nextCursor: last ? cursor.encode({ at: last.at, id: last.topUp.id }) : null,
    },
  }
}
