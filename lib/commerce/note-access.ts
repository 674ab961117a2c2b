import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { log } from '#lib/platform/log'
import { recordAccess } from './data.ts'

/** Notes that the caller downloaded or launched what they have a right to. Never stands in the way of doing so. */
export async function noteAccess(
  actor: Actor,
  handle: string,
  kind: 'download' | 'launch',
  version: string,
): Promise<void> {
  if (actor.kind === 'anonymous') return
  try {
    await recordAccess(actor, handle, kind, version)
  } catch (error) {
    log.warn({ err: error, handle, kind }, 'an access was not noted')
  }
}
