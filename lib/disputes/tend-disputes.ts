import 'server-only'
import { decideOverdue } from './data.ts'

/** Decides what was waited for too long, one by one. Answers how many. Safe to repeat and side by side. */
export async function tendDisputes(): Promise<number> {
  let decided = 0
  while ((await decideOverdue()) > 0) decided += 1
  return decided
}
