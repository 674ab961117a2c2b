'use client'
/** Brings what works offline into a page once the page has nothing better to do: nothing of it is in the first load. */
import { type ComponentType, useEffect, useState } from 'react'

export function OfflineLoader() {
  const [Desk, setDesk] = useState<ComponentType | null>(null)
  useEffect(() => {
    const load = () =>
      void import('./offline-desk.tsx').then(
        ({ OfflineDesk }) => setDesk(() => OfflineDesk),
        () => undefined,
      )
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(load, 1500)
      return () => clearTimeout(timer)
    }
    const request = requestIdleCallback(load, { timeout: 4000 })
    return () => cancelIdleCallback(request)
  }, [])
  return Desk ? <Desk /> : null
}
