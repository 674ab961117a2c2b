import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { updateDisplayName } from './data.ts'
import { requirePersonToWrite } from './rules.ts'
import type { UpdateProfileInput } from './schemas.ts'

/** Changes what others see of the caller. */
export async function updateProfile(actor: Actor, { displayName }: UpdateProfileInput): Promise<void> {
  await updateDisplayName(requirePersonToWrite(actor), displayName)
}
