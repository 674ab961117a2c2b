'use client'
/** What the page says about the app that it is: a newer one is ready, or it can be installed. */
import { Button } from '#components/ui/button'
import { InstallButton } from './install-button.tsx'
import { useAppWorker } from './use-app-worker.ts'

export function OfflineDesk() {
  const { isUpdateReady, update } = useAppWorker()
  return (
    <>
      <InstallButton />
      <div
        role="status"
        className="fixed right-4 bottom-4 left-4 z-40 grid justify-items-end gap-2 empty:hidden sm:left-auto"
      >
        {isUpdateReady ? (
          <div
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
