'use client'
/**
 * What stands between the reader and a package: the price, what is in their wallet, and what happens next. The page
 * around it is the same for everybody; everything personal comes by one private request of this panel.
 */
import { PriceTag } from '#components/catalog/price-tag'
import { Alert } from '#components/ui/alert'
import { Button, ButtonLink, buttonClass } from '#components/ui/button'
import { DownloadIcon } from '#components/ui/frame-icons'
import { CircleCheckIcon } from '#components/ui/icons'
import { Skeleton } from '#components/ui/skeleton'
import { ApiError } from '#lib/client/api'
import { queryClient } from '#lib/client/query-client'
import { offerQuery } from '#lib/commerce/contract'
import type { Offer } from '#lib/commerce/schemas'
import type { Money } from '#lib/kernel/money'
import { formatMoney } from '#lib/kernel/money-text'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { CommandLine } from '../catalog/install-panel.tsx'
import { useBuyLater } from '../offline/buy-later-place.ts'
import { useIsOffline } from '../offline/use-is-offline.ts'
import { checkoutHref, orderHref, signInHref } from './commerce-href.ts'
import { GetFree } from './get-free.tsx'

export interface BuyPanelProps {
  handle: string
  /** Display name. */
  name: string
  /** As everybody sees it; the offer may know a newer one. */
  price: Money
  /** What the download of this page is of. */
  version: string
  downloadPath: string
  command: string
}

export function BuyPanel(props: BuyPanelProps) {
  return (
    <QueryClientProvider client={queryClient()}>
      <div data-slot="buy-panel" className="grid gap-3">
        <LiveOffer {...props} />
      </div>
    </QueryClientProvider>
  )
}

function LiveOffer(props: BuyPanelProps) {
  const query = useQuery({ ...offerQuery(props.handle), refetchOnReconnect: 'always' })
  const { data: offer, error, refetch } = query
  const drawBuyLater = useBuyLater()
  if (offer) return <OfferView {...props} offer={offer} />
  if (error && drawBuyLater && isUnreachable(error)) {
    return (
      <>
        <PriceTag price={props.price} size="lg" className="justify-self-start" />
        {drawBuyLater({ handle: props.handle, name: props.name, price: props.price })}
      </>
    )
  }
  if (error) {
    return (
      <>
        <PriceTag price={props.price} size="lg" className="justify-self-start" />
        <Alert tone="warning">
          Whether it is yours cannot be asked just now.{' '}
          <Button variant="link" onClick={() => void refetch()}>
            Try again
          </Button>
        </Alert>
      </>
    )
  }
  return <Awaited price={props.price} />
}

/** As tall as what most are shown, so that nothing below it moves. */
function Awaited({ price }: Pick<BuyPanelProps, 'price'>) {
  if (price.amount === 0) {
    return (
      <div aria-busy="true">
        <Skeleton className="h-9 w-full" />
      </div>
    )
  }
  return (
    <div aria-busy="true" className="grid gap-3">
      <PriceTag price={price} size="lg" className="justify-self-start" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-10.5 w-4/5" />
    </div>
  )
}

/** No answer at all, or somebody in between who says that there is none. */
function isUnreachable(error: Error): boolean {
  return error instanceof ApiError && (error.isAnswerLost || [502, 503, 504].includes(error.status))
}

function OfferView({ offer, ...props }: BuyPanelProps & { offer: Offer }) {
  const { handle, name, price, standing, isAvailable, seatsLeft } = offer
  const drawBuyLater = useBuyLater()
  const isOffline = useIsOffline()
  if (standing === 'owned' || standing === 'own') return <Yours offer={offer} {...props} />
  if (price.amount === 0) {
    if (isOffline && drawBuyLater && standing === 'open' && isAvailable) {
      return drawBuyLater({ handle, name, price })
    }
    return <GetFree offer={offer} />
  }
  const isSoldOut = seatsLeft !== null && seatsLeft <= 0
  if (!isAvailable || isSoldOut) {
    return (
      <>
        <PriceTag price={price} size="lg" className="justify-self-start" />
        <p role="status" className="font-medium">
          {isSoldOut ? 'Sold out' : 'Not for sale at the moment'}
        </p>
        <p className="text-sm text-muted">
          {isSoldOut
            ? 'Every seat is taken. One comes free when somebody gives theirs back.'
            : 'Its seller has taken it off the shelf.'}
        </p>
      </>
    )
  }
  const href = checkoutHref(handle)
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <PriceTag price={price} size="lg" />
        {seatsLeft === null ? null : (
          <span className="text-xs text-muted tabular">
            {seatsLeft === 1 ? '1 seat left' : `${seatsLeft} seats left`}
          </span>
        )}
      </div>
      {isOffline && drawBuyLater && standing === 'open' ? (
        drawBuyLater({ handle, name, price })
      ) : (
        <>
          <ButtonLink
            href={standing === 'signed-out' ? signInHref(href) : href}
            prefetch={false}
            size="lg"
            className="w-full"
          >
            Buy for {formatMoney(price)}
          </ButtonLink>
          <WalletLine offer={offer} />
        </>
      )}
    </>
  )
}

/** What they have, and what they would have afterwards. */
function WalletLine({ offer: { standing, wallet, price, reportDays } }: { offer: Offer }) {
  if (standing === 'signed-out' || wallet === null) {
    return <p className="text-sm text-muted">You sign in first and come straight back to paying.</p>
  }
  const left = wallet.amount - price.amount
  return (
    <p className="text-sm text-muted">
      {left >= 0 ? (
        <>
          Your wallet: <span className="tabular">{formatMoney(wallet)}</span>, afterwards{' '}
          <span className="tabular">{formatMoney({ ...wallet, amount: left })}</span>.
        </>
      ) : (
        <>
          Your wallet: <span className="tabular">{formatMoney(wallet)}</span>. You need{' '}
          <span className="tabular">{formatMoney({ ...wallet, amount: -left })}</span> more.
        </>
      )}{' '}
      It is in your library at once, and a problem can be reported for {reportDays} days.
    </p>
  )
}

function Yours({
  offer,
  price,
  version,
  downloadPath,
  command,
}: Omit<BuyPanelProps, 'handle'> & { offer: Offer }) {
  const isFree = price.amount === 0
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm font-medium">
        <CircleCheckIcon className="text-base text-success" />
        {offer.standing === 'own' ? (
          'Your own package'
        ) : (
          <Link href="/library" prefetch={false} className="underline underline-offset-4">
            In your library
          </Link>
        )}
        {offer.orderId && !isFree ? (
          <Link
            href={orderHref(offer.orderId)}
            prefetch={false}
            className="ml-auto font-normal text-muted underline underline-offset-4"
          >
            Receipt
          </Link>
        ) : null}
      </p>
      {isFree ? null : (
        <>
          <a href={downloadPath} download className={buttonClass({ size: 'lg' }, 'w-full')}>
            <DownloadIcon />
            Download {version}
          </a>
          <CommandLine label="Fetch the manifest" code={command} />
        </>
      )}
    </>
  )
}
