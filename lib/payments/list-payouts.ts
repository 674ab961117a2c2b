import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { Problem } from '#lib/kernel/problem'
import { selectPayout, selectPayouts } from './payout-data.ts'
import type { PayoutDetail, PayoutList } from './schemas.ts'

const PAGE_SIZE = 25
const cursor = defineCursor(1, z.object({ at: z.string().max(64), id: z.uuid() }))

/** What was sent to the caller's store, newest first. */
export async function listPayouts(actor: Actor, after?: string): Promise<PayoutList> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to see your store.')
  const rows = await selectPayouts(actor, PAGE_SIZE, after === undefined ? null : cursor.decode(after))
  const last = rows.length > PAGE_SIZE ? rows[PAGE_SIZE - 1] : undefined
  return {
    items: rows.slice(0, PAGE_SIZE).map((row) => row.payout),
    meta: { nextCursor: last ? cursor.encode({ at: last.at, id: last.payout.id }) : null },
  }
}

/** One payout, line by line. @throws Problem `not_found` for anybody else's. */
export async function getPayout(actor: Actor, id: string): Promise<PayoutDetail> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to see your store.')
  const payout = await selectPayout(actor, id)
  if (!payout) throw new Problem('not_found', 'There is no such payout.')
  return payout
}
