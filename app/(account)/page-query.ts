/** How list pages read their address with the schema of the API: what is wrong in it is left out, never an error page. */
import { Problem } from '#lib/kernel/problem'
import type { z } from 'zod'

type Asked = Record<string, string | string[] | undefined>

/** Reads and answers; an address that cannot be read, or holds a cursor that is none, shows the first page. */
export async function readPage<Query extends z.ZodType, Page>(
  schema: Query,
  asked: Asked,
  answer: (query: z.output<Query>) => Promise<Page>,
): Promise<{ query: z.output<Query>; page: Page }> {
  const given = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== '' && value !== undefined),
  )
  const { cursor: _cursor, ...withoutCursor } = given
  const whole = schema.safeParse(given)
  if (whole.success) {
    try {
      return { query: whole.data, page: await answer(whole.data) }
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'bad_request') throw error
    }
  }
  const rest = schema.safeParse(withoutCursor)
  const query = rest.success ? rest.data : schema.parse({})
  return { query, page: await answer(query) }
}
