'use client'
/** Says what stands in the way of a purchase, whether anything was paid, and what to do. Takes the focus when it appears. */
import { Alert } from '#components/ui/alert'
import type { PurchaseOutcome } from '#lib/client/purchase-intent'
import type { Offer } from '#lib/commerce/schemas'
import type { Money } from '#lib/kernel/money'
import { formatPrice } from '#lib/kernel/money-text'
import { useEffect, useRef } from 'react'
import type { CheckoutState } from './use-checkout.ts'

export function CheckoutTrouble({ state, offer }: { state: CheckoutState; offer: Offer }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.step === 'trouble') place.current?.focus()
  }, [state])
  return (
    <div ref={place} tabIndex={-1} className="outline-none empty:hidden">
      {state.step === 'paying' ? (
        <p role="status" className="sr-only">
          Paying…
        </p>
      ) : null}
      {state.step === 'trouble' ? (
        <Trouble outcome={state.outcome} agreedPrice={state.agreedPrice} offer={offer} />
      ) : null}
    </div>
  )
}

interface TroubleProps {
  outcome: Exclude<PurchaseOutcome, { kind: 'bought' }>
  agreedPrice: Money
  offer: Offer
}

function Trouble({ outcome, agreedPrice, offer }: TroubleProps) {
  const { kind, code, detail } = outcome
  if (kind === 'unknown') {
    return (
      <Alert tone="warning" title="No answer yet">
        {detail} It may have gone through. Ask again: it is never paid twice, also after you reload this page.
      </Alert>
    )
  }
  if (kind === 'postponed') {
    const wait = outcome.retryAfterSeconds
    return (
      <Alert tone="warning" title="Not yet">
        {detail} Nothing was paid. {wait === null ? 'Try again.' : `Try again in ${wait} seconds.`}
      </Alert>
    )
  }
  if (code === 'price_changed') {
    return (
      <Alert tone="warning" title="The price has changed">
        <span className="tabular line-through">{formatPrice(agreedPrice)}</span>{' '}
        <span className="sr-only">before, now</span>
        <strong className="tabular">{formatPrice(offer.price)}</strong>. Nothing was paid; pay only if you
        agree.
      </Alert>
    )
  }
  if (code === 'payment_required') {
    return (
      <Alert tone="warning" title="Not enough credits">
        Your wallet does not hold what this costs any more. Nothing was paid.
      </Alert>
    )
  }
  // The places of these say it themselves, with the way on.
  if (['already_owned', 'own_package', 'sold_out', 'user_changed'].includes(code)) return null
  return (
    <Alert tone="danger" title="It was not bought">
      {detail} Nothing was paid.
    </Alert>
  )
}
