/** Where packages stand in a list: the very places that the plain grid's CSS gives them. Pure. */
export type ListingView = 'grid' | 'list'

/** `gap-3.5` and `17.5rem` of the plain grid, at the text size that people chose. */
export const GRID_GAP_PX = 14
const CARD_MIN_REM = 17.5

/** 0 until the width is known. */
export function columnCount(widthPx: number, view: ListingView, rootPx = 16): number {
  if (widthPx <= 0) return 0
  if (view === 'list') return 1
  return Math.max(1, Math.floor((widthPx + GRID_GAP_PX) / (CARD_MIN_REM * rootPx + GRID_GAP_PX)))
}

export function placeOf(column: number, columns: number): { left: string; width: string } {
  const gaps = GRID_GAP_PX * (columns - 1)
  return {
    left: `calc((100% + ${GRID_GAP_PX}px) / ${columns} * ${column})`,
    width: `calc((100% - ${gaps}px) / ${columns})`,
  }
}
