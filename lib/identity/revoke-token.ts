import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { updateTokenRevoked } from './data.ts'
import { requirePersonToWrite } from './rules.ts'

const tokenIdSchema = z.uuid()

/**
 * Ends a token at once, for good.
 * @throws Problem `not_found`, the same for an id that is unknown, malformed, revoked before or somebody else's.
 */
export async function revokeToken(actor: Actor, tokenId: string): Promise<void> {
  const person = requirePersonToWrite(actor)
  const id = tokenIdSchema.safeParse(tokenId)
  if (id.success && (await updateTokenRevoked(person, id.data))) return
  throw new Problem('not_found', 'There is no such token.')
}
