/** How much a choice would leave. An estimate looks like one, and sounds like one. */
import { cx } from '../ui/cx.ts'
import { compactCount, groupedCount } from './compact-count.ts'

export function FacetCount({
  count,
  isEstimated,
  className,
}: {
  count: number
  isEstimated: boolean
  className?: string
}) {
  return (
    <span className={cx('text-faint tabular', className)}>
      {isEstimated && count > 0 ? (
        <>
          <span aria-hidden="true">~</span>
          <span className="sr-only">about </span>
          {compactCount(count)}
        </>
      ) : (
        groupedCount(count)
      )}
    </span>
  )
}
