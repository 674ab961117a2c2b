/** What a package costs. Free is quiet; a price hangs on a tag. */
import type { Money } from '#lib/kernel/money'
import { formatMoney } from '#lib/kernel/money-text'
import { cx } from '../ui/cx.ts'

export function PriceTag({
  price,
  size = 'sm',
  className,
}: {
  price: Money
  size?: 'sm' | 'lg'
  className?: string
}) {
  const isLarge = size === 'lg'
  if (price.amount === 0) {
    return (
      <span
        data-slot="price-tag"
        className={cx(
          'font-medium whitespace-nowrap text-success',
          isLarge ? 'text-xl' : 'text-sm',
          className,
        )}
      >
        Free
      </span>
    )
  }
  return (
    <span
      data-slot="price-tag"
      className={cx(
        'relative inline-flex items-center bg-brand-soft font-semibold whitespace-nowrap text-brand-ink tabular price-tag',
        isLarge ? 'h-9 pr-3 pl-7 text-lg' : 'h-6 pr-2 pl-5 text-xs',
        className,
      )}
    >
      <span
        aria-hidden="true"
        className={cx('absolute rounded-full bg-surface', isLarge ? 'left-3 size-2' : 'left-2.5 size-1.25')}
      />
      {formatMoney(price)}
    </span>
  )
}
