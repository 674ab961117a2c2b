'use client'
/** One purchase of the outbox: where it stands, whether anything was paid, and what its shopper can do. */
import { Button, ButtonLink } from '#components/ui/button'
import { DateTime } from '#components/ui/date-time'
import { agreeAnew, cancelPurchase } from '#lib/client/outbox'
import { isSamePrice } from '#lib/client/purchase-intent'
import { isWaiting, type QueueEntry } from '#lib/client/purchase-queue'
import type { Money } from '#lib/kernel/money'
import { formatPrice } from '#lib/kernel/money-text'
import Link from 'next/link'
import { useState } from 'react'
import { packageHref } from '../catalog/search-href.ts'
import { orderHref, signInHref, topUpHref } from '../commerce/commerce-href.ts'
import { useViewer } from '../shell/viewer-store.ts'
import { wakeOutbox } from './outbox-runner.ts'
import { usePriceNow } from './use-price-now.ts'

interface RowProps {
  entry: QueueEntry
  isOffline: boolean
}

export function OutboxRow({ entry, isOffline }: RowProps) {
  const { name, intent } = entry
  return (
    <li data-slot="outbox-entry" className="grid gap-1.5 px-4 py-3 text-sm">
      <div className="flex items-baseline gap-3">
        <Link
          href={packageHref(intent.handle)}
          prefetch={false}
          className="min-w-0 flex-1 font-semibold wrap-anywhere hover:underline"
        >
          {name}
        </Link>
        <span className="tabular">{formatPrice(intent.expectedPrice)}</span>
      </div>
      {isWaiting(entry) ? (
        <Waiting entry={entry} isOffline={isOffline} />
      ) : entry.outcome?.kind === 'bought' ? (
        <Bought entry={entry} orderId={entry.outcome.orderId} />
      ) : (
        <NotBought entry={entry} />
      )}
    </li>
  )
}

function Waiting({ entry, isOffline }: RowProps) {
  const viewer = useViewer()
  const [isTooLate, setTooLate] = useState(false)
  const needsSignIn = viewer === null || entry.trouble?.code === 'unauthenticated'
  const cancel = async () => setTooLate(!(await cancelPurchase(entry.id)))
  return (
    <>
      <p className="text-muted">
        {entry.isSending
          ? 'Being bought…'
          : needsSignIn
            ? 'Sign in again to have it bought.'
            : whyItWaits(entry, isOffline)}{' '}
        {entry.isUncertain
          ? 'It was sent and no answer came, so it may have been bought. It is never paid twice.'
          : ''}
      </p>
      <p className="text-xs text-muted">
        Agreed until <DateTime iso={new Date(entry.intent.expiresAt).toISOString()} />
      </p>
      <Actions>
        {needsSignIn ? (
          <ButtonLink href={signInHref(packageHref(entry.intent.handle))} prefetch={false} size="sm">
            Sign in
          </ButtonLink>
        ) : isOffline || entry.isSending || entry.isRetryOrdered ? null : (
          <Button size="sm" onClick={wakeOutbox}>
            Try now
          </Button>
        )}
        <Button
          size="sm"
          variant="secondary"
          onClick={() => void cancel()}
          aria-label={`Cancel ${entry.name}`}
        >
          Cancel
        </Button>
      </Actions>
      {isTooLate ? (
        <p role="status" className="text-xs text-muted">
          It is just being bought. Wait for the answer.
        </p>
      ) : null}
    </>
  )
}

function whyItWaits({ trouble }: QueueEntry, isOffline: boolean): string {
  if (isOffline || trouble?.code === 'network') {
    return 'Will be bought when you are online again, at this price or not at all.'
  }
  if (trouble?.code === 'user_changed') return 'Somebody else is signed in. It waits for you.'
  return trouble ? `${trouble.detail} It is tried again by itself.` : 'It is bought in a moment.'
}

function Bought({ entry, orderId }: { entry: QueueEntry; orderId: string }) {
  return (
    <>
      <p className="text-success">Bought. It is in your library.</p>
      <Actions>
        <ButtonLink href={orderHref(orderId)} prefetch={false} size="sm" variant="secondary">
          See the receipt
        </ButtonLink>
        <PutAway entry={entry} />
      </Actions>
    </>
  )
}

function NotBought({ entry }: { entry: QueueEntry }) {
  const { outcome, intent, isUncertain } = entry
  const code = outcome?.kind === 'refused' ? outcome.code : 'expired'
  const canStillBuy = code === 'price_changed' || code === 'payment_required' || code === 'expired'
  const now = usePriceNow(intent.handle, canStillBuy)
  const agree = async (price: Money) => {
    await agreeAnew(entry, price)
    wakeOutbox()
  }
  return (
    <>
      <p>
        {code === 'price_changed' ? (
          <PriceChange before={intent.expectedPrice} now={now?.price ?? null} />
        ) : null}
        {reasonOf(entry)}{' '}
        {isUncertain
          ? 'It was sent and no answer came: your orders say whether it was bought.'
          : 'Nothing was paid.'}
      </p>
      <Actions>
        {code === 'payment_required' ? (
          <ButtonLink
            href={topUpHref(now?.missing ?? intent.expectedPrice.amount, packageHref(intent.handle))}
            prefetch={false}
            size="sm"
          >
            Top up
          </ButtonLink>
        ) : null}
        {canStillBuy && now ? (
          <Button
            size="sm"
            variant={code === 'payment_required' ? 'secondary' : 'primary'}
            onClick={() => void agree(now.price)}
          >
            {isSamePrice(now.price, intent.expectedPrice) ? 'Buy' : 'Agree and buy'} for{' '}
            {formatPrice(now.price)}
          </Button>
        ) : null}
        {isUncertain || code === 'already_owned' ? (
          <ButtonLink
            href={isUncertain ? '/orders' : '/library'}
            prefetch={false}
            size="sm"
            variant="secondary"
          >
            {isUncertain ? 'Orders' : 'Library'}
          </ButtonLink>
        ) : null}
        <PutAway entry={entry} />
      </Actions>
    </>
  )
}

function PriceChange({ before, now }: { before: Money; now: Money | null }) {
  return (
    <>
      <span className="sr-only">Before </span>
      <span className="tabular line-through">{formatPrice(before)}</span>
      {now ? (
        <>
          <span className="sr-only">, now </span> <strong className="tabular">{formatPrice(now)}</strong>
        </>
      ) : null}
      .{' '}
    </>
  )
}

const REASONS: Readonly<Record<string, string>> = {
  price_changed: 'The price has changed.',
  payment_required: 'Your wallet does not hold enough credits.',
  already_owned: 'It is in your library already.',
  sold_out: 'It is sold out.',
  not_found: 'It is not for sale any more.',
  gone: 'It is not for sale any more.',
  own_package: 'It is your own package.',
}

function reasonOf({ outcome }: QueueEntry): string {
  if (outcome?.kind !== 'refused') return 'It could not be bought in time, so your agreement has ended.'
  return REASONS[outcome.code] ?? outcome.detail
}

function PutAway({ entry }: { entry: QueueEntry }) {
  return (
    <Button
      size="sm"
      variant="quiet"
      onClick={() => void cancelPurchase(entry.id)}
      aria-label={`Dismiss ${entry.name}`}
    >
      Dismiss
    </Button>
  )
}

function Actions({ children }: { children: React.ReactNode }) {
  return <div className="mt-1 flex flex-wrap gap-2">{children}</div>
}
