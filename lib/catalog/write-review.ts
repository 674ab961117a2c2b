import 'server-only'
import { requirePersonToWrite } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { LISTING_TAG, packageTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { upsertReview } from './review-data.ts'
import type { OwnReview, ReviewInput } from './schemas.ts'

/**
 * Writes the caller's review of a package on the shelf, or replaces it.
 * @throws Problem `own_package`; `payment_required` when it must be bought first; `not_found`.
 */
export async function writeReview(actor: Actor, handle: string, input: ReviewInput): Promise<OwnReview> {
  const review = await upsertReview(requirePersonToWrite(actor), handle, input)
  // Lists filter and order by ratings.
  purge([packageTag(handle), LISTING_TAG])
  return review
}
