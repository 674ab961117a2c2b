/** Cards side by side: as many columns as fit, one below 36rem. By itself, so that a skeleton does not bring the cards along. */
export const GRID_CLASS = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,17.5rem),1fr))] gap-3.5'
