'use client'
/** Chooses an amount and leads to Stripe's page, where the card is taken. No card number ever comes here. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/field'
import { callApi, newIdempotencyKey } from '#lib/client/api'
import { formatMoney } from '#lib/kernel/money-text'
import type { startTopUpEndpoint } from '#lib/payments/endpoints'
import type { TopUpList } from '#lib/payments/schemas'
import { useRef, useState } from 'react'
import { keepReturn } from './top-up-return-place.ts'
import { useCardVisit } from './use-card-visit.ts'

const CHOICES = [500, 1000, 2500, 5000]

export interface TopUpFormProps {
  terms: Pick<TopUpList['meta'], 'minimum' | 'maximum'>
  /** What somebody came here for: credits that are missing, and the way back. */
  missing: number | null
  next: string | null
}

export function TopUpForm({ terms, missing, next }: TopUpFormProps) {
  const { minimum, maximum } = terms
  const suggested = Math.min(Math.max(missing ?? 1000, minimum.amount), maximum.amount)
  const [dollars, setDollars] = useState((suggested / 100).toFixed(2))
  const key = useRef<{ amount: number; key: string } | null>(null)
  const { isPending, trouble, go } = useCardVisit()
  const amount = Math.round(Number(dollars.replace(',', '.')) * 100)
  const isFit = Number.isFinite(amount) && amount >= minimum.amount && amount <= maximum.amount
  const [isChecked, setChecked] = useState(false)

  const submit = () => {
    setChecked(true)
    if (!isFit) return
    // The same amount asked for again, after an answer that got lost, is the same top-up.
    if (key.current?.amount !== amount) key.current = { amount, key: newIdempotencyKey() }
    const { key: idempotencyKey } = key.current
    go(async () => {
      const topUp = await callApi<typeof startTopUpEndpoint>({
        method: 'POST',
        path: '/api/wallet/top-ups',
        json: { amount: { amount, currency: 'USD' } },
        idempotencyKey,
      })
      if (next !== null) keepReturn(topUp.id, next)
      return topUp
    })
  }
  return (
    <form
      noValidate
      className="grid gap-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {missing === null ? null : (
        <Alert tone="info">
          You need {formatMoney({ amount: missing, currency: 'CRD' })} more. Afterwards you go on where you
          were.
        </Alert>
      )}
      <div role="group" aria-label="Amount" className="flex flex-wrap gap-2">
        {CHOICES.map((choice) => (
          <Button
            key={choice}
            variant="secondary"
            size="sm"
            aria-pressed={amount === choice}
            className="aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:text-brand-ink"
            onClick={() => setDollars((choice / 100).toFixed(2))}
          >
            {formatMoney({ amount: choice, currency: 'USD' })}
          </Button>
        ))}
      </div>
      <TextField
        label="Amount in US dollars"
        inputMode="decimal"
        name="amount"
        value={dollars}
        onChange={(event) => setDollars(event.target.value)}
        hint={isFit ? `${formatMoney({ amount, currency: 'CRD' })} for your wallet` : undefined}
        error={isChecked && !isFit ? `From ${formatMoney(minimum)} to ${formatMoney(maximum)}` : undefined}
      />
      <Button type="submit" aria-disabled={isPending}>
        {isPending ? 'Opening Stripe…' : 'Pay by card'}
      </Button>
      {trouble ? <Alert tone="danger">{trouble}</Alert> : null}
    </form>
  )
}
