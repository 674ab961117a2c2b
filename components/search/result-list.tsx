'use client'
/**
 * The packages of a list: plain while they are few, so that the browser's own search finds them all; virtual beyond. Few
 * lists become so long, so that what draws those comes when one begins to grow.
 */
import { PackageGrid } from '#components/catalog/package-grid'
import { PackageRows } from '#components/catalog/package-row'
import type { PackageCard } from '#lib/catalog/schemas'
import { PAGE_SIZE_DEFAULT } from '#lib/search/limits'
import { type ComponentType, memo, useEffect, useRef, useState } from 'react'
import type { ListingView } from './list-geometry.ts'
import type { VirtualListProps } from './virtual-list.tsx'

const PLAIN_MAX = 150
const GROWING_MIN = PAGE_SIZE_DEFAULT + 1
/** Until a row has been measured. */
const ROW_HEIGHT_PX = { grid: 166, list: 57 } as const

/** Kept for the next list, which then needs not wait for it: going back must find the place before the first paint. */
let loaded: ComponentType<VirtualListProps> | null = null

export interface ResultListProps {
  items: PackageCard[]
  /** How many were there when somebody left, and will be again. */
  reservedCount: number
  view: ListingView
  total: number | null
}

/** Drawn again only when the packages change, not with whatever is typed or chosen beside them. */
export const ResultList = memo(function ResultList({ items, reservedCount, view, total }: ResultListProps) {
  const box = useRef<HTMLDivElement>(null)
  const [rowHeights, setRowHeights] = useState<Record<ListingView, number>>(ROW_HEIGHT_PX)
  const [VirtualList, setVirtualList] = useState(() => loaded)
  const count = Math.max(items.length, reservedCount)
  const isGrowing = count >= GROWING_MIN
  // Without it, as without a network, the plain list goes on.
  const isPlain = count <= PLAIN_MAX || VirtualList === null

  useEffect(() => {
    if (!isGrowing || VirtualList) return
    import('./virtual-list.tsx').then(
      (module) => {
        loaded = module.VirtualList
        setVirtualList(() => module.VirtualList)
      },
      () => undefined,
    )
    // What failed is tried again with the next packages.
  }, [isGrowing, VirtualList, items])

  useEffect(() => {
    if (!isPlain) return
    const heightPx = box.current?.querySelector('li')?.offsetHeight
    if (!heightPx) return
    setRowHeights((known) => (known[view] === heightPx ? known : { ...known, [view]: heightPx }))
  }, [isPlain, view, items])

  return (
    <div ref={box}>
      {!isPlain ? (
        <VirtualList key={view} rowHeightPx={rowHeights[view]} {...{ items, count, view, total }} />
      ) : view === 'list' ? (
        <PackageRows items={items} as="h2" />
      ) : (
        <PackageGrid items={items} as="h2" />
      )}
    </div>
  )
})
