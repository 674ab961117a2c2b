/**
 * Where what works offline leaves the button that buys later, for panels that have lost the network. It comes with the
 * rest of it, once for all pages, so that it is there when nothing more can be loaded.
 */
import type { Money } from '#lib/kernel/money'
import { type ReactNode, useSyncExternalStore } from 'react'

export interface BuyLaterProps {
  handle: string
  /** Display name. */
  name: string
  /** As the shopper sees it. */
  price: Money
}

type DrawBuyLater = (props: BuyLaterProps) => ReactNode

let drawBuyLater: DrawBuyLater | null = null
const listeners = new Set<() => void>()

export function provideBuyLater(draw: DrawBuyLater): void {
  drawBuyLater = draw
  for (const listener of listeners) listener()
}

/** How to draw it; null until it is there. */
export function useBuyLater(): DrawBuyLater | null {
  return useSyncExternalStore(
    subscribe,
    () => drawBuyLater,
    () => null,
  )
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
