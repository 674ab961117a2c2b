/** Sees to it that what one person left in this browser is gone when they sign out or another one is here. */
import { emptyForSignOut, isOutboxAvailable } from '#lib/client/outbox'
import { queryClient } from '#lib/client/query-client'
import { useEffect, useRef } from 'react'
import { forgetSessionIntents, sessionIntents } from '../commerce/session-intents.ts'
import { useKnownViewer } from '../shell/viewer-store.ts'
import { forgetAnswers, haveLeft, noteLeaving } from './own-session.ts'

export function useOwnSession(): void {
  const viewer = useKnownViewer()
  const before = useRef<string | null | undefined>(undefined)
  const id = viewer === undefined ? undefined : (viewer?.id ?? null)
  useEffect(() => {
    if (id === undefined || id === before.current) return
    if (before.current !== undefined) forgetAnswers(queryClient())
    before.current = id
    const isGone = haveLeft(sessionIntents, id)
    if (id !== null || isGone) forgetSessionIntents(id)
    // The worker does it as well, as soon as they are signed out; but not everybody has one.
    if (isGone && isOutboxAvailable()) void emptyForSignOut().catch(() => undefined)
  }, [id])

  useEffect(() => {
    const notice = ({ target }: Event) => {
      // The attribute: a form's property of that name is its field called action, where it has one.
      const isSignOut =
        target instanceof HTMLFormElement && target.getAttribute('action') === '/auth/sign-out'
      if (isSignOut) noteLeaving(sessionIntents)
    }
    document.addEventListener('submit', notice)
    return () => document.removeEventListener('submit', notice)
  }, [])
}
