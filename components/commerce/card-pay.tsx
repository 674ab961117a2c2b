'use client'
/** Pays for one package by card: leads to Stripe's page, and back to the till. Bought is what was agreed to here. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { callApi } from '#lib/client/api'
import { agree, dropIntent, type PurchaseIntent } from '#lib/client/purchase-intent'
import type { Offer } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import type { startCardPurchaseEndpoint } from '#lib/payments/endpoints'
import type { TopUp } from '#lib/payments/schemas'
import { sessionIntents } from './session-intents.ts'
import { useCardVisit } from './use-card-visit.ts'

export function CardPay({ offer, isFirst }: { offer: Offer & { buyerId: string }; isFirst: boolean }) {
  const { handle, price, buyerId: userId } = offer
  const { isPending, trouble, go } = useCardVisit()

  const open = async (): Promise<TopUp> => {
    const subject = { handle, userId, payWith: 'card' as const }
    const payment = await startVisit(agree(sessionIntents, subject, price))
    if (payment.status === 'open') return payment
    // An earlier visit under this agreement is over. Bought or not, pressing the button again is a new one.
    dropIntent(sessionIntents, subject)
    return payment.purchase?.orderId ? payment : await startVisit(agree(sessionIntents, subject, price))
  }
  return (
    <>
      <Button
        variant={isFirst ? 'primary' : 'secondary'}
        size="lg"
        className="w-full"
        aria-disabled={isPending}
        onClick={() => go(open)}
      >
        {isPending ? 'Opening Stripe…' : `Pay ${formatMoney(price)} by card`}
      </Button>
      {trouble ? <Alert tone="danger">{trouble}</Alert> : null}
    </>
  )
}

async function startVisit({ handle, expectedPrice, key, userId }: PurchaseIntent): Promise<TopUp> {
  return await callApi<typeof startCardPurchaseEndpoint>({
    method: 'POST',
    path: '/api/checkouts',
    json: { handle, expectedPrice },
    idempotencyKey: key,
    userId,
  })
}
