'use client'
/** Saves how far a list was read while it is read, and goes back there when the browser goes back to it. */
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { type ListingPosition, savedPosition, savePosition } from './listing-position.ts'

const STILL_MS = 120
/** A page that is being laid out takes a few frames to become as long as it was. */
const FRAMES_MAX = 30

export interface ListingFacts {
  /** Of the question that is shown. */
  key: string
  itemCount: number
  isSettled: boolean
  hasMore: boolean
  onMore: () => void
}

/** Returns how many packages to keep room for. */
export function useListingPosition({ key, itemCount, isSettled, hasMore, onMore }: ListingFacts): number {
  const [target, setTarget] = useState<{ key: string; position: ListingPosition } | null>(null)
  const isAwaited = target?.key === key && hasMore && itemCount < target.position.itemCount
  const loadMore = useEffectEvent(onMore)
  const isRestoring = useRef(false)

  useLayoutEffect(() => {
    const position = savedPosition()
    // eslint-disable-next-line react-hooks/set-state-in-effect -- what the history holds can be read only in the browser, and must be used before the first paint
    setTarget(position && { key, position })
    isRestoring.current = position !== null
    if (!position) return undefined
    return scrollBack(position, () => {
      isRestoring.current = false
    })
  }, [key])

  useEffect(() => {
    if (isAwaited && isSettled) loadMore()
  }, [isAwaited, isSettled, itemCount])

  const save = useEffectEvent((itemKey: string | null) => {
    savePosition({ scrollY: window.scrollY, itemCount, itemKey })
  })
  useEffect(() => {
    const address = location.href
    let timer: ReturnType<typeof setTimeout> | undefined
    const saveHere = (itemKey: string | null) => {
      clearTimeout(timer)
      // The entry in front may already be another page's, and so may what fills the window.
      if (location.href === address && isListShown()) save(itemKey)
    }
    const onScroll = () => {
      clearTimeout(timer)
      if (isRestoring.current) return
      timer = setTimeout(() => saveHere(null), STILL_MS)
    }
    const onLeave = (event: Event) => saveHere(event.type === 'click' ? itemKeyAt(event.target) : null)
    window.addEventListener('scroll', onScroll, { passive: true })
    // Before the router has heard of the click.
    window.addEventListener('click', onLeave, { capture: true })
    window.addEventListener('pagehide', onLeave)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('scroll', onScroll)
      window.removeEventListener('click', onLeave, { capture: true })
      window.removeEventListener('pagehide', onLeave)
    }
  }, [key])

  return isAwaited && target ? target.position.itemCount : 0
}

/** Calls `onEnd` when the place is reached or cannot be. Returns how to stop it. */
function scrollBack({ scrollY, itemKey }: ListingPosition, onEnd: () => void): () => void {
  let frames = 0
  let frame = 0
  const step = () => {
    if (Math.abs(window.scrollY - scrollY) > 1) window.scrollTo({ top: scrollY, behavior: 'instant' })
    const link = itemKey === null ? null : linkOf(itemKey)
    const isThere = Math.abs(window.scrollY - scrollY) <= 1
    if (isThere && (itemKey === null || link)) {
      link?.focus({ preventScroll: true })
      onEnd()
    } else if (frames++ < FRAMES_MAX) {
      frame = requestAnimationFrame(step)
    } else {
      onEnd()
    }
  }
  step()
  return () => cancelAnimationFrame(frame)
}

/** While another page is under way its skeleton stands here, and the window is where nobody scrolled it to. */
function isListShown(): boolean {
  return (document.querySelector('[data-slot="listing"]')?.getClientRects().length ?? 0) > 0
}

function linkOf(itemKey: string): HTMLElement | null {
  return document.querySelector(`[data-item="${CSS.escape(itemKey)}"] a`)
}

function itemKeyAt(target: EventTarget | null): string | null {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-item]') : null
  return item?.dataset.item ?? null
}
