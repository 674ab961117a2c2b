'use client'
/** Buys where there is no network: what is agreed to here is sent when there is one, at this price or not at all. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { buyLater, isOutboxAvailable } from '#lib/client/outbox'
import { isWaiting } from '#lib/client/purchase-queue'
import { formatMoney } from '#lib/kernel/money-text'
import { useRef, useState } from 'react'
import type { BuyLaterProps } from './buy-later-place.ts'
import { wakeOutbox } from './outbox-runner.ts'
import { useIsOffline } from './use-is-offline.ts'
import { useOutbox } from './use-outbox.ts'

export function BuyLater({ handle, name, price }: BuyLaterProps) {
  const { owner, entries } = useOutbox()
  const lack = useIsOffline() ? 'You are offline.' : 'The market cannot be reached.'
  const isRunning = useRef(false)
  const [hasFailed, setFailed] = useState(false)
  const isQueued = entries.some((entry) => isWaiting(entry) && entry.intent.handle === handle)

  if (isQueued) {
    return (
      <Alert tone="success" title="In your outbox">
        {price.amount === 0 ? 'It is yours' : 'It will be bought'} when you are online again, at this price or
        not at all.
      </Alert>
    )
  }
  if (!owner || !isOutboxAvailable()) {
    return <Alert tone="info">{lack} Sign in and buy when there is a connection.</Alert>
  }
  const agree = async () => {
    if (isRunning.current) return
    isRunning.current = true
    try {
      await buyLater({ handle, name, price, userId: owner.id })
      setFailed(false)
      wakeOutbox()
    } catch {
      setFailed(true)
    }
    isRunning.current = false
  }
  return (
    <>
      <Button size="lg" className="w-full" onClick={() => void agree()}>
        {price.amount === 0 ? 'Get when online' : `Buy for ${formatMoney(price)} when online`}
      </Button>
      <p className="text-sm text-muted">
        {lack} Will be bought when you are online again, at this price or not at all, for{' '}
        <span className="wrap-anywhere">{owner.label}</span>. You can cancel it until then; after a day you
        are asked again.
      </p>
      {hasFailed ? (
        <Alert tone="danger">This browser could not keep it. Nothing will be bought.</Alert>
      ) : null}
    </>
  )
}
