/** The database access of reviews: each person writes their own. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { UserActor } from '#lib/kernel/actor'
import { asActor, selectValue } from '#lib/platform/db'
import type { OwnReview, ReviewInput } from './schemas.ts'

export async function upsertReview(
  person: UserActor,
  handle: string,
  { rating, body }: ReviewInput,
): Promise<OwnReview> {
  return await asActor(person, (db) =>
    selectValue(db, sql<OwnReview>`catalog.review_package(${handle}, ${rating}::smallint, ${body})`),
  )
}

/** Null when the caller has written none, or may not know of the package. */
export async function selectOwnReview(person: UserActor, handle: string): Promise<OwnReview | null> {
  return await asActor(person, async (db) => {
    const row = await db
      .selectFrom('catalog.reviews as r')
      .innerJoin('catalog.packages as p', 'p.id', 'r.package_id')
      .select(['p.handle', 'r.rating', 'r.body'])
      .where('p.handle', '=', handle)
      .where('r.user_id', '=', person.userId)
      .executeTakeFirst()
    return row ?? null
  })
}

/** False when there was none. */
export async function deleteOwnReview(person: UserActor, handle: string): Promise<boolean> {
  return await asActor(person, async (db) => {
    const result = await db
      .deleteFrom('catalog.reviews')
      .where('user_id', '=', person.userId)
      .where('package_id', 'in', db.selectFrom('catalog.packages').select('id').where('handle', '=', handle))
      .executeTakeFirst()
    return result.numDeletedRows > 0n
  })
}
