/** Where somebody was when they went to top up; kept by this tab alone, so that no address can name another place. */
import { safeNextPath } from '#lib/identity/rules'
import { sessionIntents } from './session-intents.ts'

const keyOf = (topUpId: string) => `souk.top-up.${topUpId}.next`

export function keepReturn(topUpId: string, path: string): void {
  sessionIntents.setItem(keyOf(topUpId), path)
}

export function findReturn(topUpId: string): string | null {
  const path = safeNextPath(sessionIntents.getItem(keyOf(topUpId)), '')
  return path === '' ? null : path
}
