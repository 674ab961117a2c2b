'use client'
/** Owns sending somebody to Stripe's page: asked once per intention, and what went wrong in words. */
import { ApiError } from '#lib/client/api'
import type { TopUp } from '#lib/payments/schemas'
import { useRef, useState } from 'react'

export function useCardVisit(): {
  isPending: boolean
  trouble: string | null
  /** @param open asks for the visit; called once, however often this is. */
  go: (open: () => Promise<TopUp>) => void
} {
  const isRunning = useRef(false)
  const [isPending, setPending] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)

  const visit = async (open: () => Promise<TopUp>) => {
    if (isRunning.current) return
    isRunning.current = true
    setPending(true)
    setTrouble(null)
    try {
      const { url } = await open()
      if (url !== null) {
        // Stays busy: the page is being left.
        window.location.assign(url)
        return
      }
      setTrouble('This payment is over already. Reload the page to see what became of it.')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setTrouble(`${error.message} Nothing was charged.`)
    }
    isRunning.current = false
    setPending(false)
  }
  return { isPending, trouble, go: (open) => void visit(open) }
}
