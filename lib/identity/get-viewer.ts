import 'server-only'
import { cache } from 'react'
import { currentActor } from '#lib/http/actor'
import type { Actor } from '#lib/kernel/actor'
import { log } from '#lib/platform/log'
import { selectViewer, type ViewerRow } from './data.ts'
import { type Role, rolesOf } from './rules.ts'

/** The person in front of the page, as the page's frame shows them. */
export interface Viewer {
  id: string
  displayName: string
  email: string
  roles: Role[]
  storeSlug: string | null
  /** At most 100: beyond that nobody counts. */
  unreadCount: number
  /** The session could not be renewed for want of network: they may read, not write. */
  isStale: boolean
}

/** The person whose page is rendered; worked out once a request. */
export const getViewer = cache(async (): Promise<Viewer | null> => await viewerOf(await currentActor()))

/** Null for somebody not signed in. No network call, at most one statement. */
export async function viewerOf(actor: Actor): Promise<Viewer | null> {
  if (actor.kind === 'anonymous') return null
  const { displayName, storeSlug, unreadCount } = await selectViewer(actor).catch(
    (error: unknown): ViewerRow => {
      // The frame of a page must not fail where the page itself may still have something to show.
      log.warn({ err: error }, 'viewer shown from the token alone')
      return { displayName: null, storeSlug: null, unreadCount: 0 }
    },
  )
  return {
    id: actor.userId,
    displayName: displayName ?? actor.displayName,
    email: actor.email,
    roles: rolesOf(actor, storeSlug),
    storeSlug,
    unreadCount,
    isStale: actor.kind === 'user' && actor.isStale,
  }
}
