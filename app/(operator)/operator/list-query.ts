/** How the operators' lists read their address, and how they write it. */
import type { z } from 'zod'

/** What does not fit the schema is left out, so that a mistyped address still shows a list. */
export function readListQuery<Schema extends z.ZodObject>(
  schema: Schema,
  params: Record<string, string | string[] | undefined>,
): z.output<Schema> {
  const known = Object.entries(schema.shape).flatMap(([name, field]) => {
    const value = params[name]
    if (typeof value !== 'string' || value === '') return []
    return (field as z.ZodType).safeParse(value).success ? [[name, value] as const] : []
  })
  return schema.parse(Object.fromEntries(known))
}

/** `path` with those parameters that have a value. */
export function hrefWith(path: string, params: Record<string, string | undefined>): string {
  const given = Object.entries(params).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}
