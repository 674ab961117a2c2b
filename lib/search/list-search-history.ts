import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readHistory } from './history-data.ts'
import type { SearchHistory } from './schemas.ts'

const HISTORY_MAX = 100

/** The caller's own searches, newest first, and whether they are kept at all. */
export async function listSearchHistory(actor: SignedInActor): Promise<SearchHistory> {
  return await readHistory(actor, HISTORY_MAX)
}
