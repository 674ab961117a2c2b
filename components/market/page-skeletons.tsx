/** Stand-ins for whole pages, in the measure of what will come, so that nothing jumps when it does. */
import { PackageGridSkeleton } from '#components/catalog/package-grid-skeleton'
import { Skeleton } from '#components/ui/skeleton'

/** For search, categories and stores. */
export function ListingSkeleton() {
  return (
    <div className="page-width">
      <Trail />
      <Skeleton className="mt-4 mb-8 h-8 w-64 max-w-full" />
      <div className="grid gap-x-8 lg:grid-cols-[13.5rem_minmax(0,1fr)]">
        <div className="grid content-start gap-3 pt-1 max-lg:hidden">
          {Array.from({ length: 12 }, (_, index) => (
            <Skeleton key={index} className="h-5" />
          ))}
        </div>
        <div>
          <div className="flex justify-between pb-4">
            <Skeleton className="my-2 h-5 w-28" />
            <Skeleton className="h-9 w-44" />
          </div>
          <PackageGridSkeleton count={12} />
        </div>
      </div>
    </div>
  )
}

export function PackageSkeleton() {
  return (
    <div className="page-width" role="status">
      <span className="sr-only">Loading package</span>
      <Trail />
      <div className="mt-4 flex items-start gap-5">
        <Skeleton className="size-14 rounded-lg sm:size-20" />
        <div className="min-w-0 flex-1">
          <Skeleton className="h-8 w-72 max-w-full" />
          <Skeleton className="mt-2.5 h-4 w-40" />
          <Skeleton className="mt-3 h-4 w-full max-w-prose" />
        </div>
      </div>
      <Skeleton className="mt-5 h-8 w-56" />
      <div className="mt-6 flex h-10 border-b border-line" />
      <div className="grid gap-x-10 gap-y-8 pt-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-64 rounded-lg lg:order-last" />
        <div className="grid content-start gap-3">
          {Array.from({ length: 10 }, (_, index) => (
            <Skeleton key={index} className={index % 4 === 3 ? 'h-4 w-3/5' : 'h-4'} />
          ))}
        </div>
      </div>
    </div>
  )
}

function Trail() {
  return (
    <div className="pt-5">
      <Skeleton className="my-0.5 h-5 w-48" />
    </div>
  )
}
