/** A short shelf of packages: a grid where there is room; on phones, where stacked cards would be a long walk, one row to swipe. */
import { PackageGrid, type PackageGridProps } from '#components/catalog/package-grid'
import { cx } from '../ui/cx.ts'

const ROW_ON_PHONES =
  'max-sm:-mx-4 max-sm:snap-x max-sm:scroll-px-4 max-sm:auto-cols-[82%] max-sm:grid-flow-col max-sm:grid-cols-none max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 max-sm:*:snap-start'

export function ShelfGrid({ className, ...props }: PackageGridProps) {
  return <PackageGrid className={cx(ROW_ON_PHONES, className)} {...props} />
}
