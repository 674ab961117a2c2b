/** Tells the worker of pages that were opened by a click: Next fetches only parts of them, which nobody can keep. */
import type { WorkerMessage } from '#lib/client/worker-messages'
import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect } from 'react'

/** Whoever only passes through has not visited. */
const DWELL_MS = 700

export function useKeptVisits(): void {
  const pathname = usePathname()
  const search = useSearchParams().toString()
  useEffect(() => {
    const sinceMs = Date.now()
    const timer = setTimeout(() => {
      if (!('serviceWorker' in navigator) || !navigator.onLine) return
      const url = search === '' ? pathname : `${pathname}?${search}`
      const message: WorkerMessage = { kind: 'KEEP_PAGE', url, sinceMs }
      navigator.serviceWorker.controller?.postMessage(message)
    }, DWELL_MS)
    return () => clearTimeout(timer)
  }, [pathname, search])
}
