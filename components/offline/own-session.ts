/**
 * Owns what one person leaves in this browser, and when it goes: not when they ask to be signed out, which may fail, but
 * when the server says that they are not here any more. `use-own-session.ts` asks.
 */
import type { IntentStore } from '#lib/client/purchase-intent'
import type { QueryClient } from '@tanstack/react-query'

const LEAVING = 'souk.leaving'

/** They asked to be signed out in this tab. */
export function noteLeaving(store: IntentStore): void {
  store.setItem(LEAVING, 'asked')
}

/**
 * Whether who asked to be signed out is gone; asked once the server has said who is here. A session that lapsed without
 * being asked to is not gone for good.
 */
export function haveLeft(store: IntentStore, id: string | null): boolean {
  const hasAsked = store.getItem(LEAVING) !== null
  store.removeItem(LEAVING)
  return hasAsked && id === null
}

/** What was answered, or is being answered, to one person is not shown to the next. */
export function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ type: 'inactive' })
  void client.resetQueries()
}
