/** What a package costs by now and what the shopper's wallet lacks for it; null until known. */
import { callApi } from '#lib/client/api'
import type { getOfferEndpoint } from '#lib/commerce/endpoints'
import type { Money } from '#lib/kernel/money'
import { useEffect, useState } from 'react'

export interface PriceNow {
  price: Money
  missing: number
}

export function usePriceNow(handle: string, isWanted: boolean): PriceNow | null {
  const [now, setNow] = useState<PriceNow | null>(null)
  useEffect(() => {
    if (!isWanted) return
    const stop = new AbortController()
    const { signal } = stop
    const ask = () => {
      callApi<typeof getOfferEndpoint>({ method: 'GET', path: `/api/packages/${handle}/offer`, signal }).then(
        ({ price, wallet }) => setNow({ price, missing: Math.max(0, price.amount - (wallet?.amount ?? 0)) }),
        // Asked again with the network.
        () => undefined,
      )
    }
    ask()
    window.addEventListener('online', ask, { signal })
    return () => stop.abort()
  }, [handle, isWanted])
  return now
}
