'use client'
/**
 * Cards side by side: as many columns as fit, one below 36rem. Drawn by the browser, too, so that pages carry each package
 * once, as data, and not a second time as elements.
 */
import type { PackageCard as Card } from '#lib/catalog/schemas'
import { cx } from '../ui/cx.ts'
import { GRID_CLASS } from './grid-class.ts'
import { PackageCard } from './package-card.tsx'

export interface PackageGridProps {
  items: Card[]
  as?: 'h2' | 'h3'
  className?: string
}

export function PackageGrid({ items, as, className }: PackageGridProps) {
  return (
    <ul data-slot="package-grid" className={cx(GRID_CLASS, className)}>
      {items.map((item) => (
        <li
          key={`${item.registry} ${item.handle}`}
          data-item={`${item.registry} ${item.handle}`}
          className="min-w-0 card-slot"
        >
          <PackageCard item={item} as={as} />
        </li>
      ))}
    </ul>
  )
}
