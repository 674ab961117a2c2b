/**
 * Registers the service worker and notices when a newer one waits. It takes over only when the reader says so, and then
 * this page reloads once; other tabs go on with what they have.
 */
import { useEffect, useRef, useState } from 'react'

export function useAppWorker(): { isUpdateReady: boolean; update: () => void } {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null)
  const isAgreed = useRef(false)

  useEffect(() => {
    // Written in by the build, and no setting: the development server has no worker, and needs none.
    // eslint-disable-next-line no-restricted-syntax
    if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
    const { serviceWorker } = navigator
    const stop = new AbortController()
    const { signal } = stop
    const notice = (registration: ServiceWorkerRegistration) => {
      // Without a controller it is the first one, and takes over nothing.
      if (!signal.aborted && serviceWorker.controller) setWaiting(registration.waiting)
    }
    const watch = (registration: ServiceWorkerRegistration) => {
      notice(registration)
      const follow = () =>
        registration.installing?.addEventListener('statechange', () => notice(registration), { signal })
      follow()
      registration.addEventListener('updatefound', follow, { signal })
      const look = () => {
        if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
      }
      document.addEventListener('visibilitychange', look, { signal })
    }
    // Whoever forbids workers, as browsers under test do, may answer with nothing at all.
    const registered: Promise<ServiceWorkerRegistration | undefined> = serviceWorker.register('/sw.js', {
      scope: '/',
      updateViaCache: 'none',
    })
    registered.then(
      (registration) => registration && watch(registration),
      () => undefined,
    )
    serviceWorker.addEventListener(
      'controllerchange',
      () => {
        if (!isAgreed.current) return
        isAgreed.current = false
        location.reload()
      },
      { signal },
    )
    return () => stop.abort()
  }, [])

  const update = () => {
    isAgreed.current = true
    waiting?.postMessage('SKIP_WAITING')
  }
  return { isUpdateReady: waiting !== null, update }
}
