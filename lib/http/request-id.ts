/** Owns the name by which one request is found in the log, in the answer and in a support mail. */
import 'server-only'
import { randomUUID } from 'node:crypto'

export const REQUEST_ID_HEADER = 'x-request-id'

const WELL_FORMED = /^[A-Za-z0-9._-]{8,64}$/

/** The id that a proxy or client gave, if it is safe to repeat in headers and logs; otherwise a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(REQUEST_ID_HEADER)
  return given !== null && WELL_FORMED.test(given) ? given : randomUUID()
}
