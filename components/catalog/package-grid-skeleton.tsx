/** Stand-ins of the card and the grid, in their exact measure, so that nothing moves when the packages arrive. */
import { Skeleton } from '#components/ui/skeleton'
import { cx } from '../ui/cx.ts'
import { GRID_CLASS } from './grid-class.ts'

export function PackageCardSkeleton({ className }: { className?: string }) {
  return (
    <div
      data-slot="package-card-skeleton"
      className={cx('rounded-lg border border-line bg-surface p-4', className)}
    >
      <div className="flex items-start gap-3">
        <Skeleton className="size-10 rounded-md" />
        <div className="flex-1">
          <Skeleton className="my-1 h-3.5 w-2/3" />
          <Skeleton className="my-1 h-2.5 w-1/2" />
        </div>
      </div>
      <div className="mt-3 h-10.5">
        <Skeleton className="h-3 w-full" />
        <Skeleton className="mt-2.5 h-3 w-4/5" />
      </div>
      <div className="flex h-9.5 items-end justify-between">
        <Skeleton className="h-5.5 w-24" />
        <Skeleton className="h-5.5 w-12" />
      </div>
    </div>
  )
}

export function PackageGridSkeleton({ count = 8, className }: { count?: number; className?: string }) {
  return (
    <div data-slot="package-grid-skeleton" role="status" className={className}>
      <span className="sr-only">Loading packages</span>
      <div aria-hidden="true" className={GRID_CLASS}>
        {Array.from({ length: count }, (_, index) => (
          <PackageCardSkeleton key={index} />
        ))}
      </div>
    </div>
  )
}
