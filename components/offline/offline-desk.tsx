'use client'
/** What the page says about the app that it is: a newer one is ready, it can be installed, what waits for a network. */
import { Button } from '#components/ui/button'
import { isOutboxAvailable } from '#lib/client/outbox'
import { useEffect } from 'react'
import { BuyLater } from './buy-later.tsx'
import { provideBuyLater } from './buy-later-place.ts'
import { InstallButton } from './install-button.tsx'
import { KeptNotice } from './kept-notice.tsx'
import { Outbox } from './outbox.tsx'
import { runOutbox } from './outbox-runner.ts'
import { useAppWorker } from './use-app-worker.ts'
import { useKeptVisits } from './use-kept-visits.ts'
import { useOwnSession } from './use-own-session.ts'

export function OfflineDesk() {
  const { isUpdateReady, update } = useAppWorker()
  useKeptVisits()
  useOwnSession()
  useEffect(() => {
    provideBuyLater((props) => <BuyLater {...props} />)
    return isOutboxAvailable() ? runOutbox() : undefined
  }, [])
  return (
    <>
      <InstallButton />
      <div className="pointer-events-none fixed right-4 bottom-4 left-4 z-40 grid justify-items-end gap-2 *:pointer-events-auto sm:left-auto">
        <KeptNotice />
        <Outbox />
        {isUpdateReady ? (
          <div
            role="status"
            data-slot="update-notice"
            className="flex w-full items-center gap-4 rounded-lg border border-line bg-raised py-2.5 pr-2.5 pl-4 text-sm text-ink shadow-lg sm:w-auto"
          >
            <p className="flex-1">
              <span className="font-semibold">Update available.</span> What you see stays until you reload.
            </p>
            <Button onClick={update}>Reload</Button>
          </div>
        ) : null}
      </div>
    </>
  )
}
