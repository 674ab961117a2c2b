'use client'
/** What somebody sees who comes back from Stripe: waits for the payment to arrive, and says what became of it. */
import { Alert } from '#components/ui/alert'
import { Button, ButtonLink } from '#components/ui/button'
import { queryClient } from '#lib/client/query-client'
import { walletQuery } from '#lib/commerce/contract'
import { formatMoney } from '#lib/kernel/money-text'
import { topUpQuery } from '#lib/payments/contract'
import type { TopUp } from '#lib/payments/schemas'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { orderHref } from './commerce-href.ts'
import { findReturn } from './top-up-return-place.ts'

const ASK_EVERY_MS = 2_000
/** After two minutes it is Stripe's turn to tell us; the page need not be watched. */
const ASK_TIMES = 60

export function TopUpReturn({ id, isCancelled }: { id: string; isCancelled: boolean }) {
  const router = useRouter()
  const client = queryClient()
  const { data, error, refetch } = useQuery(
    {
      ...topUpQuery(id),
      refetchInterval: ({ state }) =>
        state.data?.status === 'open' && !isCancelled && state.dataUpdateCount < ASK_TIMES
          ? ASK_EVERY_MS
          : false,
    },
    client,
  )
  const status = data?.status
  const orderId = data?.purchase?.orderId ?? null
  useEffect(() => {
    if (status !== 'paid') return
    void client.invalidateQueries(walletQuery())
    if (orderId !== null) router.replace(`${orderHref(orderId)}?bought=1`)
    else router.refresh()
  }, [client, orderId, router, status])

  if (error) {
    return (
      <Alert tone="warning" title="What became of the payment cannot be asked just now">
        What you paid is not lost. <AskAgain ask={() => void refetch()} />
      </Alert>
    )
  }
  if (!data) return <Alert tone="info">Looking for your payment…</Alert>
  return <Standing topUp={data} isCancelled={isCancelled} ask={() => void refetch()} />
}

function Standing({ topUp, isCancelled, ask }: { topUp: TopUp; isCancelled: boolean; ask: () => void }) {
  const { status, amount, url, id, purchase } = topUp
  const credits = formatMoney({ amount: amount.amount, currency: 'CRD' })
  if (status === 'paid' && purchase?.refusal) {
    return (
      <Alert tone="warning" title="Paid, but not bought">
        {purchase.refusal} What you paid is in your wallet: {credits}.
      </Alert>
    )
  }
  if (status === 'paid') {
    const next = findReturn(id)
    return (
      <Alert tone="success" title={purchase ? 'Paid' : `${credits} are in your wallet`}>
        {purchase ? 'Your receipt opens in a moment.' : 'The payment has arrived.'}
        {next === null || purchase ? null : (
          <ButtonLink href={next} size="sm" className="mt-2.5 flex w-fit">
            Go on where you were
          </ButtonLink>
        )}
      </Alert>
    )
  }
  if (status === 'expired') {
    return <Alert tone="warning">This payment was not made in time. Nothing was charged.</Alert>
  }
  if (isCancelled) {
    return (
      <Alert tone="info" title="You left before paying">
        Nothing was charged.{' '}
        {url === null ? null : (
          <a href={url} className="font-medium underline underline-offset-4">
            Go back to paying
          </a>
        )}
      </Alert>
    )
  }
  return (
    <Alert tone="info" title="Waiting for your bank">
      The payment of {formatMoney(amount)} has not arrived yet. You may leave: it arrives without you.{' '}
      <AskAgain ask={ask} />
    </Alert>
  )
}

function AskAgain({ ask }: { ask: () => void }) {
  return (
    <Button variant="link" onClick={ask}>
      Ask again
    </Button>
  )
}
