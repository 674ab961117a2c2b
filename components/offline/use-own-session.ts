/** Sees to it that what one person left in this browser is gone when they sign out or another one is here. */
import { emptyForSignOut, isOutboxAvailable } from '#lib/client/outbox'
import { queryClient } from '#lib/client/query-client'
import { useEffect, useRef } from 'react'
import { forgetSessionIntents } from '../commerce/session-intents.ts'
import { useKnownViewer } from '../shell/viewer-store.ts'

export function useOwnSession(): void {
  const viewer = useKnownViewer()
  const before = useRef<string | null | undefined>(undefined)
  const id = viewer === undefined ? undefined : (viewer?.id ?? null)
  useEffect(() => {
    if (id === undefined || id === before.current) return
    if (before.current !== undefined) {
      const client = queryClient()
      client.removeQueries({ type: 'inactive' })
      void client.resetQueries()
    }
    before.current = id
    if (id !== null) forgetSessionIntents(id)
  }, [id])

  useEffect(() => {
    const notice = ({ target }: Event) => {
      const isSignOut =
        target instanceof HTMLFormElement && new URL(target.action).pathname === '/auth/sign-out'
      if (!isSignOut) return
      forgetSessionIntents(null)
      // The worker does it as well, and is not ended with the page; but not everybody has one.
      if (isOutboxAvailable()) void emptyForSignOut().catch(() => undefined)
    }
    document.addEventListener('submit', notice)
    return () => document.removeEventListener('submit', notice)
  }, [])
}
