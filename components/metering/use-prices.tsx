/** What a package charges by use, and the way to allow it some. Shows what it is given. */
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import type { UnitPrice } from '#lib/metering/schemas'
import { unitPriceText } from './price-words.ts'

export function UsePrices({ handle, prices }: { handle: string; prices: readonly UnitPrice[] }) {
  if (prices.length === 0) return null
  return (
    <section aria-label="Charges by use">
      <Card className="mt-4">
        <CardHeader>
          <CardTitle>Charges by use</CardTitle>
        </CardHeader>
        <CardBody className="grid gap-3.5">
          <UnitPriceList prices={prices} />
          <p className="text-xs text-muted">
            Paid from a budget that you set, and never more than that. What is not used stays yours.
          </p>
          <ButtonLink href={budgetHref(handle)} prefetch={false} variant="secondary" className="w-full">
            Set a budget
          </ButtonLink>
        </CardBody>
      </Card>
    </section>
  )
}

export function UnitPriceList({ prices }: { prices: readonly UnitPrice[] }) {
  return (
    <dl className="grid gap-y-1.5 text-sm">
      {prices.map((price) => (
        <div key={price.capability} className="flex flex-wrap items-baseline justify-between gap-x-4">
          <dt className="min-w-0 font-mono text-xs wrap-anywhere">{price.capability}</dt>
          <dd className="font-medium tabular">{unitPriceText(price)}</dd>
        </div>
      ))}
    </dl>
  )
}

export function budgetHref(handle: string): string {
  return `/usage?package=${encodeURIComponent(handle).replace('%2F', '/')}`
}
