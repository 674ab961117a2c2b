'use client'
/**
 * Owns one visit to the till: agreeing, sending, and what each answer means for the shopper. An agreement without an
 * answer outlives a reload and is sent again under its key; it ends in an order or in a refusal.
 */
import {
  agree,
  carryOut,
  dropIntent,
  findIntent,
  type PurchaseIntent,
  type PurchaseOutcome,
} from '#lib/client/purchase-intent'
import { offerQuery, walletQuery } from '#lib/commerce/contract'
import type { Offer } from '#lib/commerce/schemas'
import type { Money } from '#lib/kernel/money'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { orderHref, signInHref } from './commerce-href.ts'
import { sessionIntents } from './session-intents.ts'

export type CheckoutState =
  | { step: 'asking' }
  | { step: 'paying' }
  | { step: 'paid' }
  | { step: 'trouble'; outcome: Exclude<PurchaseOutcome, { kind: 'bought' }>; agreedPrice: Money }

/** @param served as the server knew it when it wrote the page. */
export function useCheckout(served: Offer & { buyerId: string }) {
  const { handle, buyerId: userId } = served
  const router = useRouter()
  const client = useQueryClient()
  const answer = useQuery({ ...offerQuery(handle), initialData: served })
  const [state, setState] = useState<CheckoutState>({ step: 'asking' })
  // A state is too slow for a double click: both clicks would read the old one.
  const isRunning = useRef(false)

  const send = useCallback(
    async (intent: PurchaseIntent) => {
      if (isRunning.current) return
      isRunning.current = true
      setState({ step: 'paying' })
      const outcome = await carryOut(intent)
      isRunning.current = false
      if (outcome.kind === 'bought') {
        dropIntent(sessionIntents, intent)
        setState({ step: 'paid' })
        void client.invalidateQueries(walletQuery())
        client.removeQueries({ queryKey: offerQuery(handle).queryKey })
        // Replaced, so that "back" from the receipt leads to the package and not to the till.
        router.replace(`${orderHref(outcome.order.id)}?bought=1`)
        return
      }
      if (outcome.kind === 'refused') dropIntent(sessionIntents, intent)
      if (outcome.kind === 'postponed' && outcome.code === 'unauthenticated') {
        router.push(signInHref(`/checkout/${handle}`))
      }
      await client.invalidateQueries({ queryKey: offerQuery(handle).queryKey })
      setState({ step: 'trouble', outcome, agreedPrice: intent.expectedPrice })
    },
    [client, handle, router],
  )

  useEffect(() => {
    // Somebody agreed, and the answer never came: a reload, a crash, a lost connection.
    const open = findIntent(sessionIntents, { handle, userId, payWith: 'wallet' })
    if (open) void Promise.resolve(open).then(send)
  }, [handle, send, userId])

  useEffect(() => {
    // A page taken from the browser's cache shows what was true when it was left.
    const refresh = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return
      setState((known) => (known.step === 'paid' ? { step: 'asking' } : known))
      void client.invalidateQueries({ queryKey: offerQuery(handle).queryKey })
    }
    window.addEventListener('pageshow', refresh)
    return () => window.removeEventListener('pageshow', refresh)
  }, [client, handle])

  const offer = answer.data
  return {
    offer,
    state,
    pay: () => void send(agree(sessionIntents, { handle, userId, payWith: 'wallet' }, offer.price)),
  }
}
