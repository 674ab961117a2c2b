/** What waits in the outbox, and what became of it, for whoever is here or was here last. */
import { isOutboxAvailable, outbox, watchOutbox } from '#lib/client/outbox'
import { type QueueEntry, type QueueOwner, noteOwner, readOwner } from '#lib/client/purchase-queue'
import { useEffect, useState } from 'react'
import { useViewer } from '../shell/viewer-store.ts'

export interface OutboxView {
  owner: QueueOwner | null
  entries: readonly QueueEntry[]
}

const EMPTY: OutboxView = { owner: null, entries: [] }

export function useOutbox(): OutboxView {
  const viewer = useViewer()
  const [view, setView] = useState(EMPTY)
  const [id, label] = [viewer?.id, viewer?.email]
  useEffect(() => {
    if (!isOutboxAvailable()) return
    let isGone = false
    const read = async () => {
      const [owner, all] = await Promise.all([readOwner(), outbox.list()])
      if (!isGone) setView({ owner, entries: all.filter(({ intent }) => intent.userId === owner?.id) })
    }
    // A browser that forbids storage has no outbox.
    const show = () => void read().catch(() => undefined)
    const stop = watchOutbox(show)
    if (id !== undefined && label !== undefined) void noteOwner({ id, label }).then(show, () => undefined)
    else show()
    return () => {
      isGone = true
      stop()
    }
  }, [id, label])
  return view
}
