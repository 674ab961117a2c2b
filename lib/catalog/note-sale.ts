import 'server-only'
import { countActivity } from './activity-buffer.ts'

/** A package was sold: its card, with the new count, reaches the lists with the next flush. */
export function noteSale(handle: string): void {
  countActivity(handle, 'sales')
}
