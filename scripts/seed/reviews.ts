/** Demo reviews of the house and demo packages by the demo shopper. Third-party entries get none: we invent no fame. */
import type postgres from 'postgres'
import { z } from 'zod'

const reviewsSchema = z.array(
  z.object({ handle: z.string(), rating: z.int().min(1).max(5), body: z.string() }),
)

/** Adds the reviews that are not there yet, straight to the table: buying first is not what a seed is about. */
export async function addReviews(sql: postgres.Sql, shopperId: string, seeds: unknown): Promise<void> {
  for (const { handle, rating, body } of reviewsSchema.parse(seeds)) {
    await sql`
      insert into catalog.reviews (package_id, user_id, rating, body)
      select id, ${shopperId}, ${rating}, ${body} from catalog.packages where handle = ${handle}
      on conflict (package_id, user_id) do nothing`
  }
}
