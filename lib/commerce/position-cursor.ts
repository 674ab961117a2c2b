/** Owns the cursor of lists that are ordered by time and id, newest first. */
import 'server-only'
import { z } from 'zod'
import { defineCursor } from '#lib/kernel/cursor'

const positions = defineCursor(
  1,
  z.object({
    at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/),
    id: z.uuid(),
  }),
)

/** A page of what was read: one row more than the limit says that there is another page. */
export function pageOf<Row extends { at: string; id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { items: Item[]; meta: { limit: number; nextCursor: string | null } } {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.map(toItem),
    meta: { limit, nextCursor: last ? positions.encode({ at: last.at, id: last.id }) : null },
  }
}

/** @throws Problem `bad_request` */
export function positionOf(cursor: string | undefined): { at: string; id: string } | null {
  return cursor === undefined ? null : positions.decode(cursor)
}
