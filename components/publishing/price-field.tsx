'use client'
/** A price in dollars and cents, with what shoppers will pay said under it, so that a slip of the point is seen. */
import { Field } from '#components/ui/field'
import { formatPrice } from '#lib/kernel/money-text'
import { CONTROL_CLASS } from '../ui/control-class.ts'
import { cx } from '../ui/cx.ts'
import { parsePrice } from './price-input.ts'

export interface PriceFieldProps {
  ref: React.Ref<HTMLInputElement>
  value: string
  onChange: (text: string) => void
}

export function PriceField({ ref, value, onChange }: PriceFieldProps) {
  const read = parsePrice(value)
  return (
    <Field
      label="Price in US dollars"
      hint={read.ok ? readsAs(read.amount) : 'Dollars and cents; 0 is free.'}
      error={read.ok ? undefined : read.message}
    >
      {(control) => (
        <div className="relative max-w-44">
          <span aria-hidden="true" className="absolute inset-y-0 left-3 flex items-center text-muted">
            $
          </span>
          <input
            {...control}
            ref={ref}
            name="price"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={cx(CONTROL_CLASS, 'h-9 pl-7 tabular')}
          />
        </div>
      )}
    </Field>
  )
}

function readsAs(amount: number): string {
  return amount === 0 ? 'Free for everybody.' : `Shoppers pay ${formatPrice({ amount, currency: 'USD' })}.`
}
