/** Where this tab keeps what was agreed to: the session's storage, or memory where the browser withholds it. */
import type { IntentStore } from '#lib/client/purchase-intent'

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

function attempt<T>(access: () => T): T | null {
  try {
    return access()
  } catch {
    return null
  }
}
