/**
 * Who is looking at the page, asked once the page is there: public pages are the same bytes for everybody. It also keeps
 * the hint by which /theme.js reserves the menu's place before the first paint.
 */
import type { getViewerEndpoint } from '#lib/identity/endpoints'
import { useEffect, useSyncExternalStore } from 'react'
import type { Viewer } from './viewer.ts'

const HINT_KEY = 'souk-signed-in'
/** Somebody who comes back to a window may have signed out in another. */
const FRESH_MS = 30_000

/** `undefined` until the answer is there, `null` for somebody not signed in. */
type Known = Viewer | null | undefined

let known: Known
let askedAtMs = -Infinity
let asking: Promise<void> | null = null
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function ask(): Promise<void> {
  askedAtMs = performance.now()
  try {
    // After the page has come alive: pages that ask for nothing else are not the larger for it.
    const { callApi } = await import('#lib/client/api')
    const { viewer } = await callApi<typeof getViewerEndpoint>({ method: 'GET', path: '/api/viewer' })
    known = viewer
    keepHint(viewer !== null)
  } catch {
    // Offline, or the server is away: whoever was known stays, and nobody is invited to sign in again.
  }
  for (const listener of listeners) listener()
}

function refresh(): void {
  asking ??= ask().finally(() => {
    asking = null
  })
}

function refreshIfOld(): void {
  if (document.visibilityState === 'visible' && performance.now() - askedAtMs > FRESH_MS) refresh()
}

function keepHint(isSignedIn: boolean): void {
  document.documentElement.toggleAttribute('data-signed-in', isSignedIn)
  try {
    if (isSignedIn) localStorage.setItem(HINT_KEY, '1')
    else localStorage.removeItem(HINT_KEY)
  } catch {
    // Storage may be forbidden; the menu then comes a moment later.
  }
}

/** What is known of the viewer; asks nothing. */
export function useViewer(): Known {
  return useSyncExternalStore(
    subscribe,
    () => known,
    () => undefined,
  )
}

/** For the one place that shows the account: asks when it appears and when its window is looked at again. */
export function useFreshViewer(): Known {
  useEffect(() => {
    refresh()
    document.addEventListener('visibilitychange', refreshIfOld)
    window.addEventListener('pageshow', refreshIfOld)
    return () => {
      document.removeEventListener('visibilitychange', refreshIfOld)
      window.removeEventListener('pageshow', refreshIfOld)
    }
  }, [])
  return useViewer()
}

/** For what is on every page: asks only where nobody has asked yet. */
export function useKnownViewer(): Known {
  useEffect(refreshIfOld, [])
  return useViewer()
}
