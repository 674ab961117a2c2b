import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { writeKeepsHistory } from './history-data.ts'

/** Switches the caller's history on or off; off also deletes what was kept. */
export async function keepSearchHistory(actor: SignedInActor, isKept: boolean): Promise<void> {
  await writeKeepsHistory(actor, isKept)
}
