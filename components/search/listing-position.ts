'use client'
/**
 * Remembers, in the entry of the browser's history that shows a list, how far it was read: the back button returns to the
 * same package, also after a reload. One entry, one position; a new entry has none.
 */

export interface ListingPosition {
  scrollY: number
  /** How many packages were loaded. */
  itemCount: number
  /** The package that had the focus, or was opened. */
  itemKey: string | null
  /** The package in the middle of the window, its place in the list from 1, and its distance in pixels from the window's top. */
  anchor: { key: string; place: number; top: number } | null
}

const STATE_KEY = 'soukListing'

export function savePosition(position: ListingPosition): void {
  // Next's own part of the state goes along, so that it takes this for one of its own writes.
  const state = history.state as Record<string, unknown> | null
  history.replaceState({ ...state, [STATE_KEY]: position }, '')
}

export function savedPosition(): ListingPosition | null {
  const state: unknown = history.state
  if (typeof state !== 'object' || state === null || !(STATE_KEY in state)) return null
  return readPosition(state[STATE_KEY])
}

/** Other versions of this page may have written it. */
export function readPosition(value: unknown): ListingPosition | null {
  if (typeof value !== 'object' || value === null) return null
  const { scrollY, itemCount, itemKey, anchor } = value as Record<string, unknown>
  if (!Number.isFinite(scrollY) || !Number.isSafeInteger(itemCount)) return null
  return {
    scrollY: scrollY as number,
    itemCount: itemCount as number,
    itemKey: typeof itemKey === 'string' ? itemKey : null,
    anchor: readAnchor(anchor),
  }
}

function readAnchor(value: unknown): ListingPosition['anchor'] {
  if (typeof value !== 'object' || value === null) return null
  const { key, place, top } = value as Record<string, unknown>
  if (typeof key !== 'string' || !Number.isSafeInteger(place) || !Number.isFinite(top)) return null
  return { key, place: place as number, top: top as number }
}
