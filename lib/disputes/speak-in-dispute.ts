import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { insertStatement } from './data.ts'
import type { Dispute } from './schemas.ts'
import { voiceOf } from './voice.ts'

/**
 * Says something for the caller's side. The seller's first statement is the answer that is waited for.
 * @throws Problem `not_found`, `forbidden` to maintainers, `conflict` once it is decided, `quota_exceeded`,
 *   `insufficient_scope` to a token of the other side.
 */
export async function speakInDispute(actor: SignedInActor, id: string, text: string): Promise<Dispute> {
  return await insertStatement(await voiceOf(actor, id), id, text)
}
