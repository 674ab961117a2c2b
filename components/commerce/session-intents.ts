/** Where this tab keeps what was agreed to: the session's storage, or memory where the browser withholds it. */
import { INTENT_PREFIX, type IntentStore } from '#lib/client/purchase-intent'

const kept = new Map<string, string>()

export const sessionIntents: IntentStore = {
  getItem: (key) => attempt(() => sessionStorage.getItem(key)) ?? kept.get(key) ?? null,
  setItem: (key, value) => {
    kept.set(key, value)
    attempt(() => sessionStorage.setItem(key, value))
  },
  removeItem: (key) => {
    kept.delete(key)
    attempt(() => sessionStorage.removeItem(key))
  },
}

/** Of everybody but this one. */
export function forgetSessionIntents(exceptUserId: string | null): void {
  const own = exceptUserId === null ? null : `${INTENT_PREFIX}${exceptUserId}.`
  const stored = attempt(() => Object.keys(sessionStorage)) ?? []
  for (const key of new Set([...stored, ...kept.keys()])) {
    if (key.startsWith(INTENT_PREFIX) && (own === null || !key.startsWith(own)))
      sessionIntents.removeItem(key)
  }
}

function attempt<T>(access: () => T): T | null {
  try {
    return access()
  } catch {
    return null
  }
}
