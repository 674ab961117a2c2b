import 'server-only'
import { countActivity } from './activity-buffer.ts'
import { isLikelyPerson } from './rules.ts'

/** Counts one look at a package's page, unless a program or a browser fetching ahead asked for it. */
export function countView(handle: string, requestHeaders: Pick<Headers, 'get'>): void {
  if (isLikelyPerson(requestHeaders)) countActivity(handle, 'views')
}
