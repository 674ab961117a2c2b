/** Where a buyer sets a budget: for the package they came from, or one of those that charge by use. */
import { Alert } from '#components/ui/alert'
import { Button, ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { Field } from '#components/ui/field'
import { Select } from '#components/ui/select'
import type { FormState } from '#lib/identity/form-state'
import type { Money } from '#lib/kernel/money'
import { formatMoney } from '#lib/kernel/money-text'
import type { Budget, MeteredPackage, UnitPrice } from '#lib/metering/schemas'
import Link from 'next/link'
import { BudgetForm } from './budget-form.tsx'
import { UnitPriceList } from './use-prices.tsx'

export interface BudgetCardProps {
  action: (state: FormState, form: FormData) => Promise<FormState>
  handle: string
  prices: readonly UnitPrice[]
  budget: Budget | undefined
  available: Money
}

export function BudgetCard({ action, handle, prices, budget, available }: BudgetCardProps) {
  return (
    <Card id="budget" className="h-fit">
      <CardHeader>
        <CardTitle>{budget ? 'Change the budget' : 'Set a budget'}</CardTitle>
      </CardHeader>
      <CardBody className="grid gap-4">
        <p className="text-sm">
          <Link
            href={`/packages/${handle}`}
            prefetch={false}
            className="font-medium break-all underline underline-offset-4"
          >
            {handle}
          </Link>
        </p>
        {prices.length === 0 ? (
          <Alert tone="info">It charges nothing by use.</Alert>
        ) : (
          <>
            <UnitPriceList prices={prices} />
            <p className="text-sm text-muted">
              Your wallet: <span className="tabular">{formatMoney(available)}</span> to spend.
            </p>
            <BudgetForm
              key={budget?.id}
              action={action}
              handle={handle}
              limit={budget?.limit.amount ?? null}
            />
          </>
        )}
      </CardBody>
    </Card>
  )
}

/** A plain form: the choice is in the address. */
export function ChoosePackage({ packages }: { packages: readonly MeteredPackage[] }) {
  return (
    <Card className="h-fit">
      <CardHeader>
        <CardTitle>Set a budget</CardTitle>
      </CardHeader>
      <CardBody>
        {packages.length === 0 ? (
          <div className="grid justify-items-start gap-3 text-sm">
            <p>
              Nothing in your library charges by use. Packages that do say so on their page, with what they
              charge.
            </p>
            <ButtonLink href="/search" prefetch={false} variant="secondary">
              Browse the market
            </ButtonLink>
          </div>
        ) : (
          <form action="/usage" method="get" className="grid gap-4">
            <Field label="Package" hint="Of your library, and what you used before.">
              {(control) => (
                <Select {...control} name="package">
                  {packages.map(({ handle, name }) => (
                    <option key={handle} value={handle}>
                      {name === handle ? handle : `${name} (${handle})`}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Button type="submit" variant="secondary" className="justify-self-start">
              Go on
            </Button>
          </form>
        )}
      </CardBody>
    </Card>
  )
}
