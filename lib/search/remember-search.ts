import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { writeSearch } from './history-data.ts'
import { searchableText } from './parse-query.ts'

/** Notes a search that somebody meant: in their own history, if they keep one, and among what is popular today. */
export async function rememberSearch(actor: SignedInActor, query: string): Promise<void> {
  await writeSearch(actor, searchableText(query))
}
