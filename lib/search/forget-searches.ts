import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { deleteHistory } from './history-data.ts'

/** Deletes one of the caller's own searches, or all of them for `null`. @throws Problem `not_found` for nobody's or another's. */
export async function forgetSearches(actor: SignedInActor, id: number | null): Promise<void> {
  const count = await deleteHistory(actor, id)
  if (id !== null && count === 0) throw new Problem('not_found', 'There is no such search in your history.')
}
