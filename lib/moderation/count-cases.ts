import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { selectCounts } from './data.ts'
import { requireModerator } from './rules.ts'
import type { ModerationCounts } from './schemas.ts'

/** How much waits for an operator, and how much is hidden. */
export async function countCases(actor: Actor): Promise<ModerationCounts> {
  return await selectCounts(requireModerator(actor))
}
