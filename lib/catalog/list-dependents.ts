import 'server-only'
import { z } from 'zod'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { Problem } from '#lib/kernel/problem'
import { readDependents } from './data.ts'
import { type Found, readerOf } from './reader.ts'
import type { DependentsPage } from './schemas.ts'

/** The hot score and handle of the last one seen. */
const cursor = defineCursor(1, z.tuple([z.number(), z.string().max(200)]))

/**
 * Packages on the shelf whose latest version needs this one, most popular first.
 * @throws Problem `not_found`, the same whether the package is absent or hidden from this caller.
 */
export async function listDependents(
  actor: Actor,
  handle: string,
  wanted: { limit: number; cursor?: string },
): Promise<DependentsPage> {
  return (await findDependents(actor, handle, wanted)).found
}

/** The same, and whether it is what everybody gets. */
export async function findDependents(
  actor: Actor,
  handle: string,
  { limit, cursor: after }: { limit: number; cursor?: string },
): Promise<Found<DependentsPage>> {
  const position = after === undefined ? null : cursor.decode(after)
  const listed = await readDependents(anonymous, handle, limit, position)
  const reader = listed ? anonymous : readerOf(actor, handle)
  const found = reader.kind === 'anonymous' ? listed : await readDependents(reader, handle, limit, position)
  if (!found) throw new Problem('not_found', `There is no package ${handle}.`)
  const nextCursor = found.next === null ? null : cursor.encode(found.next)
  const page = { items: found.items, meta: { total: found.total, limit, nextCursor } }
  return { found: page, isPublic: found === listed }
}
