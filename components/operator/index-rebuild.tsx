'use client'
/** Starts the rebuild of the search index and shows how far it is. Searches answer from the old index meanwhile. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { DateTime } from '#components/ui/date-time'
import { ApiError, callApi } from '#lib/client/api'
import type { getIndexRebuildEndpoint, startIndexRebuildEndpoint } from '#lib/search/endpoints'
import type { IndexState } from '#lib/search/schemas'
import { useEffect, useState } from 'react'
import { groupedCount } from '../catalog/compact-count.ts'

const POLL_MS = 700
const PATH = '/api/marketplace/index-rebuild'

export interface IndexRebuildProps {
  initial: IndexState | null
  /** For browsers without JavaScript: starts it and comes back. */
  startAction: () => Promise<void>
}

export function IndexRebuild({ initial, startAction }: IndexRebuildProps) {
  const { state, isRunning, wasStarted, fault, start } = useRebuild(initial)
  const share = state && isRunning ? shareOf(state) : 0
  return (
    <div className="grid gap-3">
      <form
        action={startAction}
        onSubmit={(event) => {
          event.preventDefault()
          void start()
        }}
        className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2"
      >
        <p className="text-sm text-muted">
          {state?.finishedAt && !isRunning ? (
            <>
              {groupedCount(state.totalRows)} entries, built <DateTime iso={state.finishedAt} />
            </>
          ) : isRunning ? (
            'Searches answer from the old index until the new one is whole.'
          ) : (
            'It has not been rebuilt yet; changes reach it one by one.'
          )}
        </p>
        <Button type="submit" variant="secondary" aria-disabled={isRunning}>
          {isRunning ? 'Rebuilding…' : 'Rebuild'}
        </Button>
      </form>
      {isRunning ? (
        <progress
          aria-label="Rebuild of the search index"
          max={1}
          value={share}
          className="h-1.5 w-full overflow-hidden rounded-full accent-brand"
        />
      ) : null}
      <p role="status" className="text-sm text-muted empty:hidden">
        {isRunning && state ? progressOf(state) : wasStarted && !fault ? 'The index is rebuilt.' : ''}
      </p>
      {fault ? <Alert tone="danger">{fault}</Alert> : null}
    </div>
  )
}

/** The packages here are read first, then every entry is compiled. */
function shareOf({ builtPackages, totalPackages, builtRows, totalRows }: IndexState): number {
  return (builtPackages + builtRows) / Math.max(1, totalPackages + totalRows)
}

function progressOf({ builtPackages, totalPackages, builtRows, totalRows }: IndexState): string {
  return builtRows === 0 && builtPackages < totalPackages
    ? `${groupedCount(builtPackages)} of ${groupedCount(totalPackages)} packages`
    : `${groupedCount(builtRows)} of ${groupedCount(totalRows)} entries`
}

/** Watches a rebuild until the one that was asked for is done. */
function useRebuild(initial: IndexState | null) {
  const [state, setState] = useState(initial)
  const [isRunning, setIsRunning] = useState(initial?.isRunning ?? false)
  const [wasStarted, setWasStarted] = useState(false)
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => {
      callApi<typeof getIndexRebuildEndpoint>({ method: 'GET', path: PATH })
        .then((next) => {
          setState(next)
          if (!next?.isRunning) setIsRunning(false)
        })
        .catch((error: unknown) => {
          setFault(error instanceof ApiError ? error.message : 'The progress cannot be read.')
          setIsRunning(false)
        })
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [isRunning])

  async function start() {
    if (isRunning) return
    setFault(null)
    try {
      const begun = await callApi<typeof startIndexRebuildEndpoint>({ method: 'POST', path: PATH })
      setState(begun)
      setWasStarted(true)
      setIsRunning(begun?.isRunning ?? false)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFault(error.message)
    }
  }
  return { state, isRunning, wasStarted, fault, start }
}
