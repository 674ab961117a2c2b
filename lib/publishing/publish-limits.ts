/** Owns how much one person may publish: a token bucket each for new packages and for versions, kept in the database. */
import 'server-only'
import { sql } from 'kysely'
import { Problem } from '#lib/kernel/problem'
import { type Database, selectValue } from '#lib/platform/db'
import { env } from '#lib/platform/env'

/**
 * Takes one token in the transaction that publishes, so that a refused publish costs none.
 * @throws Problem `rate_limited` that says when to come back.
 */
export async function takePublishToken(db: Database, handle: string): Promise<void> {
  const { PUBLISH_NEW_PER_HOUR: fresh, PUBLISH_VERSIONS_PER_HOUR: versions } = env()
  if (fresh === 0 && versions === 0) return
  const seconds = await selectValue(
    db,
    sql<number | null>`catalog.take_publish_token(${handle}, ${fresh}::integer, ${versions}::integer)`,
  )
  if (seconds === null) return
  throw new Problem(
    'rate_limited',
    `You have published too much within the hour. Try again in ${seconds} s.`,
    {
      headers: { 'retry-after': String(seconds) },
    },
  )
}
