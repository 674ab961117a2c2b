import 'server-only'
import { packageTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { countActivity } from './activity-buffer.ts'

/** A package was sold: its page knows at once; its card, with the new count, reaches the lists with the next flush. */
export function noteSale(handle: string): void {
  countActivity(handle, 'sales')
  purge([packageTag(handle)])
}
