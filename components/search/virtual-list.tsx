'use client'
/**
 * A long list of which only what is near the window stands in the document: however much was loaded, scrolling costs the
 * same. Places are those of the plain list, so that one can take over from the other. The package that has the focus
 * stays, wherever it is.
 */
import { PackageCard } from '#components/catalog/package-card'
import { PackageCardSkeleton } from '#components/catalog/package-grid-skeleton'
import { PackageRow } from '#components/catalog/package-row'
import type { PackageCard as Card } from '#lib/catalog/schemas'
import { defaultRangeExtractor, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { cx } from '../ui/cx.ts'
import { columnCount, GRID_GAP_PX, placeOf, type ListingView } from './list-geometry.ts'
import { itemKeyOf } from './use-listing-query.ts'

const OVERSCAN_ROWS = 5

export interface VirtualListProps {
  items: Card[]
  /** More than there are items while a position is being restored: their room is kept. */
  count: number
  view: ListingView
  rowHeightPx: number
  /** Of everything that matches; `null` when that is an estimate. */
  total: number | null
}

export function VirtualList({ items, count, view, rowHeightPx, total }: VirtualListProps) {
  const list = useRef<HTMLUListElement>(null)
  const [place, setPlace] = useState({ widthPx: 0, top: 0, rootPx: 16 })
  const [focusedRow, setFocusedRow] = useState<number | null>(null)
  const columns = columnCount(place.widthPx, view, place.rootPx)

  useLayoutEffect(() => {
    const element = list.current
    if (!element) return
    const measure = () => {
      const { top, width } = element.getBoundingClientRect()
      setPlace((known) => {
        const next = {
          widthPx: Math.round(width),
          top: Math.round(top + window.scrollY),
          rootPx: parseFloat(getComputedStyle(document.documentElement).fontSize) || 16,
        }
        const isSame =
          known.widthPx === next.widthPx && known.top === next.top && known.rootPx === next.rootPx
        return isSame ? known : next
      })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    // What stands above the list moves it.
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])

  const virtualizer = useWindowVirtualizer({
    count: columns === 0 ? 0 : Math.ceil(count / columns),
    estimateSize: () => rowHeightPx,
    gap: view === 'grid' ? GRID_GAP_PX : 0,
    overscan: OVERSCAN_ROWS,
    scrollMargin: place.top,
    initialOffset: () => window.scrollY,
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range)
      if (focusedRow === null || focusedRow >= range.count || rows.includes(focusedRow)) return rows
      return [...rows, focusedRow].sort((a, b) => a - b)
    },
  })

  return (
    <ul
      ref={list}
      data-slot="virtual-list"
      className={cx(
        'relative',
        view === 'list' && 'overflow-hidden rounded-lg border border-line bg-surface',
      )}
      style={{ height: columns === 0 ? undefined : virtualizer.getTotalSize() }}
      onFocus={(event) => {
        const row = event.target.closest('li')?.dataset.index
        setFocusedRow(row === undefined ? null : Number(row))
      }}
      onBlur={() => setFocusedRow(null)}
    >
      {virtualizer.getVirtualItems().map((row) => (
        <Row
          key={row.key}
          row={row}
          measure={virtualizer.measureElement}
          listTop={place.top}
          {...{ items, count, view, columns, total }}
        />
      ))}
    </ul>
  )
}

interface RowProps extends Omit<VirtualListProps, 'rowHeightPx'> {
  row: VirtualItem
  measure: (element: HTMLElement | null) => void
  listTop: number
  columns: number
}

function Row({ row, measure, listTop, items, count, view, columns, total }: RowProps) {
  const first = row.index * columns
  const length = Math.min(columns, count - first)
  return Array.from({ length }, (_, column) => {
    const index = first + column
    const item = items[index]
    return (
      <li
        key={item ? itemKeyOf(item) : index}
        ref={column === 0 ? measure : undefined}
        data-index={row.index}
        data-item={item && itemKeyOf(item)}
        aria-setsize={total ?? -1}
        aria-posinset={index + 1}
        className={cx('absolute top-0', view === 'list' && index > 0 && 'border-t border-line')}
        style={{
          ...placeOf(column, columns),
          transform: `translateY(${row.start - listTop}px)`,
        }}
      >
        {item === undefined ? (
          <PackageCardSkeleton />
        ) : view === 'list' ? (
          <PackageRow item={item} as="h2" />
        ) : (
          <PackageCard item={item} as="h2" />
        )}
      </li>
    )
  })
}
