import 'server-only'
import { requireSignedIn } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { readIndexState } from './data.ts'
import type { IndexState } from './schemas.ts'

/** The rebuild of the search index under way, or the last one; null before the first. @throws Problem `forbidden` */
export async function getIndexState(actor: Actor): Promise<IndexState | null> {
  return await readIndexState(requireSignedIn(actor))
}
