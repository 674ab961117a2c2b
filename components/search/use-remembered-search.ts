'use client'
/**
 * Notes searches that a signed-in person meant: those they came with, chose, confirmed by Enter or followed to a package.
 * What was only on the way to other words is not one.
 */
import { HISTORY_KEY, postSearch } from '#lib/search/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'

/** Once a visit is enough. */
const remembered = new Set<string>()

export function useRememberedSearch(q: string | undefined, isSignedIn: boolean) {
  const client = useQueryClient()
  const typed = useRef<string | null>(null)

  async function remember(words: string | undefined) {
    if (!isSignedIn || !words || remembered.has(words)) return
    remembered.add(words)
    try {
      await postSearch(words)
      await client.invalidateQueries({ queryKey: HISTORY_KEY })
    } catch {
      // Nobody waits for it; the next time may do.
      remembered.delete(words)
    }
  }

  const onArrival = useEffectEvent((words: string) => void remember(words))
  useEffect(() => {
    if (q && q !== typed.current) onArrival(q)
  }, [q])

  return {
    remember: (words: string | undefined) => void remember(words),
    noteTyped: (words: string) => {
      typed.current = words
    },
  }
}
