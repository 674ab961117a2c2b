import 'server-only'
import { isInner } from '#lib/http/front'
import { countActivity } from './activity-buffer.ts'
import { isLikelyPerson } from './rules.ts'

/**
 * Counts one look at a package's page, unless a program or a browser fetching ahead asked for it. What the front asks for
 * itself counts when it is sent to somebody.
 */
export function countView(handle: string, requestHeaders: Pick<Headers, 'get'>): void {
  if (!isInner(requestHeaders) && isLikelyPerson(requestHeaders)) countActivity(handle, 'views')
}
