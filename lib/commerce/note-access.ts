import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { log } from '#lib/platform/log'
import { recordAccess } from './data.ts'

/** Beyond this many under way an access goes unnoted, rather than fill the memory while the database is away. */
const MAX_UNDER_WAY = 256
let underWay = 0

/** {@link noteAccess} for whoever does not wait for it: bytes do not stand behind a note about them. */
export function noteAccessSoon(...access: Parameters<typeof noteAccess>): void {
  if (access[0].kind === 'anonymous') return
  if (underWay >= MAX_UNDER_WAY) {
    log.warn({ handle: access[1], kind: access[2] }, 'an access was not noted: too many wait')
    return
  }
  underWay += 1
  void noteAccess(...access).finally(() => {
    underWay -= 1
  })
}

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
