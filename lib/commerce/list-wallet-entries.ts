import 'server-only'
import { z } from 'zod'
import type { SignedInActor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { readWalletEntries } from './data.ts'
import type { WalletEntryFilter, WalletEntryPage } from './schemas.ts'

const entryCursor = defineCursor(1, z.int().positive())

/** The statement of the caller's wallet, newest first. */
export async function listWalletEntries(
  actor: SignedInActor,
  { cursor, limit, ...filter }: WalletEntryFilter & { cursor?: string; limit: number },
): Promise<WalletEntryPage> {
  const before = cursor === undefined ? null : entryCursor.decode(cursor)
  const rows = await readWalletEntries(actor, filter, { before, limit: limit + 1 })
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, meta: { limit, nextCursor: last ? entryCursor.encode(last.id) : null } }
}
