'use client'
/** The till: what is bought, from whom, what it costs, what is in the wallet, and one button. */
import { PriceTag } from '#components/catalog/price-tag'
import { Button, ButtonLink } from '#components/ui/button'
import { Card, CardBody } from '#components/ui/card'
import { PackageTile } from '#components/ui/tile'
import { queryClient } from '#lib/client/query-client'
import type { Offer } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import { QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'
import { CardPay } from './card-pay.tsx'
import { CheckoutTrouble } from './checkout-trouble.tsx'
import { checkoutHref, orderHref, signInHref, topUpHref } from './commerce-href.ts'
import { useCheckout } from './use-checkout.ts'

export interface CheckoutProps {
  served: Offer & { buyerId: string }
  iconUrl: string | null
  /** Whether cards are taken here, and why not. */
  cards: { isAvailable: boolean; reason: string | null }
}

export function Checkout(props: CheckoutProps) {
  return (
    <QueryClientProvider client={queryClient()}>
      <Till {...props} />
    </QueryClientProvider>
  )
}

function Till({ served, iconUrl, cards }: CheckoutProps) {
  const { offer, state, pay } = useCheckout(served)
  const { handle, name, version, seller, price, standing, reportDays } = offer
  // Another tab signed in as somebody else: what this page says of a wallet and a library is not theirs.
  const isSomebodyElse = offer.buyerId !== null && offer.buyerId !== served.buyerId
  const isOffered = standing === 'open' && offer.isAvailable && (offer.seatsLeft ?? 1) > 0
  return (
    <div className="grid max-w-4xl gap-6 md:grid-cols-[minmax(0,1fr)_20rem] md:grid-rows-[auto_1fr]">
      <Card className="self-start">
        <CardBody className="flex items-start gap-4">
          <PackageTile handle={handle} iconUrl={iconUrl} size="lg" />
          <div className="min-w-0 flex-1">
            <h2 className="font-display text-xl font-semibold wrap-anywhere">
              <Link href={packageHref(handle)} prefetch={false} className="hover:underline">
                {name}
              </Link>
            </h2>
            <p className="text-sm wrap-anywhere text-muted">
              {handle} {version} · from {seller.name}
            </p>
          </div>
          <PriceTag price={price} className="mt-1" />
        </CardBody>
      </Card>
      <Card className="self-start overflow-hidden md:row-span-2">
        <div aria-hidden="true" className="awning" />
        <CardBody className="grid gap-4">
          <CheckoutTrouble state={state} offer={offer} />
          {isSomebodyElse ? (
            <SomebodyElse />
          ) : standing === 'owned' || standing === 'own' ? (
            <Owned offer={offer} isPaid={state.step === 'paid'} />
          ) : isOffered ? (
            <Payment
              offer={{ ...offer, buyerId: served.buyerId }}
              state={state.step}
              isUnsettled={isUnsettled(state)}
              pay={pay}
              cards={cards}
            />
          ) : standing === 'signed-out' ? (
            <ButtonLink href={signInHref(checkoutHref(handle))} prefetch={false} size="lg" className="w-full">
              Sign in again to pay
            </ButtonLink>
          ) : (
            <NotForSale offer={offer} />
          )}
        </CardBody>
      </Card>
      <WhatNext reportDays={reportDays} />
    </div>
  )
}

function WhatNext({ reportDays }: Pick<Offer, 'reportDays'>) {
  return (
    <section aria-labelledby="next-heading" className="text-sm">
      <h2 id="next-heading" className="mb-1.5 font-semibold">
        What happens next
      </h2>
      <ul className="grid list-disc gap-1 pl-5 text-muted">
        <li>It is in your library at once, with every version to come.</li>
        <li>You get a receipt, and the payment stands in your wallet’s statement.</li>
        <li>
          The seller’s share is held for {reportDays} days: until then you can report a problem and ask for
          your money back.
        </li>
      </ul>
    </section>
  )
}

function isUnsettled(state: ReturnType<typeof useCheckout>['state']): boolean {
  return state.step === 'trouble' && state.outcome.kind === 'unknown'
}

interface PaymentProps {
  offer: CheckoutProps['served']
  state: ReturnType<typeof useCheckout>['state']['step']
  isUnsettled: boolean
  pay: () => void
  cards: CheckoutProps['cards']
}

function Payment({ offer, state, isUnsettled, pay, cards }: PaymentProps) {
  const { price, handle } = offer
  const wallet = offer.wallet ?? { amount: 0, currency: 'CRD' as const }
  const cost = { amount: price.amount, currency: 'CRD' as const }
  const left = wallet.amount - cost.amount
  const isBusy = state === 'paying' || state === 'paid'
  return (
    <>
      <dl className="grid grid-cols-[1fr_auto] gap-y-1.5 text-sm">
        <dt className="text-muted">Price</dt>
        <dd className="text-right tabular">{formatMoney(price)}</dd>
        <dt className="text-muted">Your wallet</dt>
        <dd className="text-right tabular">{formatMoney(wallet)}</dd>
        <dt className="border-t border-line pt-1.5 font-medium">
          {left >= 0 ? 'Left afterwards' : 'Missing'}
        </dt>
        <dd className="border-t border-line pt-1.5 text-right font-medium tabular">
          {formatMoney({ ...wallet, amount: Math.abs(left) })}
        </dd>
      </dl>
      {left >= 0 || isUnsettled ? (
        // Not `disabled`: that would take the focus from whoever pressed it.
        <Button size="lg" className="w-full" aria-disabled={isBusy} onClick={pay}>
          {isBusy ? 'Paying…' : isUnsettled ? 'Ask again' : `Pay ${formatMoney(cost)}`}
        </Button>
      ) : cards.isAvailable ? null : (
        <ButtonLink
          href={topUpHref(-left, checkoutHref(handle))}
          prefetch={false}
          size="lg"
          className="w-full"
        >
          Top up your wallet
        </ButtonLink>
      )}
      {cards.isAvailable && !isUnsettled && !isBusy ? <CardPay offer={offer} isFirst={left < 0} /> : null}
      {cards.isAvailable && left < 0 && !isUnsettled ? (
        <ButtonLink
          href={topUpHref(-left, checkoutHref(handle))}
          prefetch={false}
          variant="secondary"
          className="w-full"
        >
          Top up your wallet instead
        </ButtonLink>
      ) : null}
      <p className="text-xs text-muted">
        One credit is one US cent.{cards.isAvailable ? '' : ` ${cards.reason ?? ''}`}
      </p>
    </>
  )
}

function Owned({ offer, isPaid }: { offer: Offer; isPaid: boolean }) {
  return (
    <>
      <p role="status" className="font-display text-xl font-semibold">
        {offer.standing === 'own' ? 'Your own package' : isPaid ? 'Paid' : 'In your library'}
      </p>
      <p className="text-sm text-muted">
        {offer.standing === 'own' ? 'There is nothing to buy here.' : 'There is nothing more to pay.'}
      </p>
      <ButtonLink href={packageHref(offer.handle)} prefetch={false} className="w-full">
        Go to the package
      </ButtonLink>
      {offer.orderId ? (
        <ButtonLink href={orderHref(offer.orderId)} prefetch={false} variant="secondary" className="w-full">
          See the receipt
        </ButtonLink>
      ) : null}
    </>
  )
}

function SomebodyElse() {
  return (
    <>
      <p role="status" className="font-display text-xl font-semibold">
        Somebody else is signed in
      </p>
      <p className="text-sm text-muted">
        Another tab signed in with another account. Nothing was paid here, and nothing is until you look
        again.
      </p>
      <Button size="lg" className="w-full" onClick={() => location.reload()}>
        Reload
      </Button>
    </>
  )
}

function NotForSale({ offer }: { offer: Offer }) {
  return (
    <>
      <p role="status" className="font-display text-xl font-semibold">
        {offer.isAvailable ? 'Sold out' : 'Not for sale at the moment'}
      </p>
      <p className="text-sm text-muted">Nothing was paid.</p>
      <ButtonLink href={packageHref(offer.handle)} prefetch={false} variant="secondary" className="w-full">
        Back to the package
      </ButtonLink>
    </>
  )
}
