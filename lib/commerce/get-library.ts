import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readLibrary } from './data.ts'
import { pageOf, positionOf } from './position-cursor.ts'
import type { Library } from './schemas.ts'

/** What the caller has a right to, newest first, with every version and whether there is one they have not got yet. */
export async function getLibrary(
  actor: SignedInActor,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<Library> {
  const rows = await readLibrary(actor, { after: positionOf(cursor), limit: limit + 1 })
  return pageOf(rows, limit, ({ at: _at, id: _id, ...item }) => item)
}
