/** What a store came to so far, at a glance: totals with each package's share drawn under them. */
import { compactCount, groupedCount } from '../catalog/compact-count.ts'
import { cx } from '../ui/cx.ts'
import { hueFor } from '../ui/mosaic.ts'
import type { SellerPackage } from './package-state.ts'

const FIGURES = [
  { label: 'Views', countOf: (item: SellerPackage) => item.viewCount },
  { label: 'Downloads', countOf: (item: SellerPackage) => item.downloadCount },
  { label: 'Sales', countOf: (item: SellerPackage) => item.soldCount },
]

/** Of one package it leaves out how many there are; of another store's, what was sold. */
export function StoreFigures({ packages }: { packages: SellerPackage[] }) {
  const listed = packages.filter(({ status, isAvailable }) => status === 'approved' && isAvailable).length
  const hasCount = packages.length > 1
  const figures = packages.every(({ isOwn }) => isOwn)
    ? FIGURES
    : FIGURES.filter(({ label }) => label !== 'Sales')
  return (
    <dl
      className={cx(
        'grid gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm',
        hasCount ? 'grid-cols-2 sm:grid-cols-4' : figures.length === 3 ? 'grid-cols-3' : 'grid-cols-2',
      )}
    >
      {hasCount ? (
        <div className="bg-surface px-4 py-3">
          <dt className="text-xs text-muted">Packages</dt>
          <dd className="font-display text-2xl font-semibold tabular">{packages.length}</dd>
          <dd className="mt-1 text-xs text-muted">
            {listed === packages.length ? 'all on the shelf' : `${listed} on the shelf`}
          </dd>
        </div>
      ) : null}
      {figures.map(({ label, countOf }) => (
        <div key={label} className="bg-surface px-4 py-3">
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="font-display text-2xl font-semibold tabular">
            {compactCount(packages.reduce((sum, item) => sum + countOf(item), 0))}
          </dd>
          {hasCount ? <Shares parts={packages.map((item) => ({ item, count: countOf(item) }))} /> : null}
        </div>
      ))}
    </dl>
  )
}

/** One bar, split by package, the largest part first. */
function Shares({ parts }: { parts: { item: SellerPackage; count: number }[] }) {
  const drawn = parts.filter(({ count }) => count > 0).sort((left, right) => right.count - left.count)
  const total = drawn.reduce((sum, { count }) => sum + count, 0)
  const [largest] = drawn
  if (!largest) return <dd className="mt-1 text-xs text-muted">none yet</dd>
  return (
    <dd className="mt-2.5">
      <svg
        role="img"
        aria-label={`Most of them ${largest.item.name}, ${groupedCount(largest.count)}`}
        className="h-1.5 w-full overflow-hidden rounded-full"
      >
        {drawn.map(({ item, count }, index) => {
          const before = drawn.slice(0, index).reduce((sum, part) => sum + part.count, 0)
          return (
            <rect
              key={item.handle}
              data-hue={hueFor(item.handle)}
              x={`${(before / total) * 100}%`}
              width={`${(count / total) * 100}%`}
              height="100%"
              className="fill-hue-solid"
            >
              <title>{`${item.name}: ${groupedCount(count)}`}</title>
            </rect>
          )
        })}
      </svg>
    </dd>
  )
}
