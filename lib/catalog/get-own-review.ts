import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { selectOwnReview } from './review-data.ts'
import type { OwnReview } from './schemas.ts'

/** What the caller wrote about a package, to be shown for editing; null for whoever wrote nothing. */
export async function getOwnReview(actor: Actor, handle: string): Promise<OwnReview | null> {
  return actor.kind === 'user' ? await selectOwnReview(actor, handle) : null
}
