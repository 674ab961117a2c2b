import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { requirePersonToWrite } from '#lib/identity/rules'
import { updateMember } from './namespace-data.ts'
import type { MemberRole } from './schemas.ts'

/**
 * Gives a member another role; a null role ends the membership, which members may do to themselves.
 * @throws Problem `conflict` for the owner of the store: a namespace is never without an owner.
 */
export async function changeMember(
  actor: Actor,
  name: string,
  userId: string,
  role: MemberRole | null,
): Promise<void> {
  await updateMember(requirePersonToWrite(actor), name, userId, role)
}
