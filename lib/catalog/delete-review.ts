import 'server-only'
import { requirePersonToWrite } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { LISTING_TAG, packageTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { deleteOwnReview } from './review-data.ts'

/** Takes the caller's review back. @throws Problem `not_found` when there is none. */
export async function deleteReview(actor: Actor, handle: string): Promise<void> {
  const wasThere = await deleteOwnReview(requirePersonToWrite(actor), handle)
  // Lists filter and order by ratings.
  purge([packageTag(handle), LISTING_TAG])
  if (!wasThere) throw new Problem('not_found', `You have not reviewed ${handle}.`)
}
