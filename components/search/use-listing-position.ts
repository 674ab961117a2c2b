'use client'
/** Saves how far a list was read while it is read, and goes back there when the browser goes back to it. */
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { type ListingPosition, savedPosition, savePosition } from './listing-position.ts'

const STILL_MS = 120
/** Rows are measured and moved in the frames after they appear. */
const STILL_FRAMES = 12
/** After a reload the packages down to the place are loaded again, page after page. */
const RESTORE_MAX_MS = 10_000
const READER_EVENTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

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
    savePosition({ scrollY: window.scrollY, itemCount, itemKey, anchor: anchorInView() })
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

/**
 * Calls `onEnd` when the place has held for a while, when the reader scrolls by hand, or when time is up. Rows that were not
 * measured yet stand at a guess, so the package that was being read counts, not the distance. Returns how to stop it.
 */
function scrollBack(position: ListingPosition, onEnd: () => void): () => void {
  const endsAt = performance.now() + RESTORE_MAX_MS
  let stillFrames = 0
  let hasFocus = position.itemKey === null
  let frame = 0
  const stop = () => {
    cancelAnimationFrame(frame)
    for (const name of READER_EVENTS) window.removeEventListener(name, end)
  }
  const end = () => {
    stop()
    onEnd()
  }
  const step = () => {
    const off = distanceTo(position)
    const before = window.scrollY
    if (off !== 0) window.scrollBy({ top: off, behavior: 'instant' })
    const hasMoved = window.scrollY !== before
    const link = position.itemKey === null ? null : linkOf(position.itemKey)
    if (link && !hasFocus) {
      link.focus({ preventScroll: true })
      hasFocus = true
    }
    stillFrames = !hasMoved && hasFocus && isAnchorShown(position) ? stillFrames + 1 : 0
    if (stillFrames >= STILL_FRAMES || performance.now() > endsAt) end()
    else frame = requestAnimationFrame(step)
  }
  for (const name of READER_EVENTS) window.addEventListener(name, end, { passive: true })
  step()
  return stop
}

/** In whole pixels, from where the window is to where it was; as far as is known while the package is not there yet. */
function distanceTo({ scrollY, anchor }: ListingPosition): number {
  const item = anchor && itemOf(anchor.key)
  const off = item ? item.getBoundingClientRect().top - anchor.top : distanceToPlace(scrollY, anchor)
  return Math.abs(off) <= 1 ? 0 : Math.round(off)
}

/**
 * The rows above were measured when the position was saved and are not now, so the saved distance may miss the package by
 * more than what is kept around the window. Counted from the row nearest to its place, it comes nearer frame by frame.
 */
function distanceToPlace(scrollY: number, anchor: ListingPosition['anchor']): number {
  if (!anchor) return scrollY - window.scrollY
  const rows = [...document.querySelectorAll<HTMLElement>('[data-slot="virtual-list"] > li')]
  const awayFrom = (row: HTMLElement) => anchor.place - Number(row.ariaPosInSet)
  const nearest = rows.toSorted((a, b) => Math.abs(awayFrom(a)) - Math.abs(awayFrom(b)))[0]
  if (!nearest) return scrollY - window.scrollY
  const columns = rows.filter((row) => row.dataset.index === nearest.dataset.index).length
  const { top, height } = nearest.getBoundingClientRect()
  return top + Math.trunc(awayFrom(nearest) / columns) * height - anchor.top
}

function isAnchorShown({ anchor }: ListingPosition): boolean {
  return anchor === null || itemOf(anchor.key) !== null
}

/** The package in the middle of the window, or the next where that falls between two, and how far below the window's top it begins. */
function anchorInView(): ListingPosition['anchor'] {
  const middle = window.innerHeight / 2
  const items = document.querySelectorAll<HTMLElement>('[data-slot="listing"] [data-item]')
  for (const [index, item] of items.entries()) {
    const { top, bottom } = item.getBoundingClientRect()
    const place = Number(item.ariaPosInSet ?? index + 1)
    if (bottom >= middle && top < window.innerHeight && item.dataset.item)
      return { key: item.dataset.item, place, top }
  }
  return null
}

/** While another page is under way its skeleton stands here, and the window is where nobody scrolled it to. */
function isListShown(): boolean {
  return (document.querySelector('[data-slot="listing"]')?.getClientRects().length ?? 0) > 0
}

function itemOf(itemKey: string): HTMLElement | null {
  return document.querySelector(`[data-item="${CSS.escape(itemKey)}"]`)
}

function linkOf(itemKey: string): HTMLElement | null {
  return itemOf(itemKey)?.querySelector('a') ?? null
}

function itemKeyAt(target: EventTarget | null): string | null {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-item]') : null
  return item?.dataset.item ?? null
}
