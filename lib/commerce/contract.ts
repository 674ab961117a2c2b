/**
 * How browsers ask for what is personal about buying: one key and one fetcher for each question. Client-safe, and without
 * the schemas.
 */
import { callApi } from '#lib/client/api'
import type { getOfferEndpoint, getWalletEndpoint } from './endpoints.ts'
import type { Offer, Wallet } from './schemas.ts'

interface Asked {
  signal: AbortSignal
}

export const offerQuery = (handle: string) => ({
  queryKey: ['offer', handle],
  queryFn: ({ signal }: Asked): Promise<Offer> =>
    callApi<typeof getOfferEndpoint>({ method: 'GET', path: `/api/packages/${handle}/offer`, signal }),
  // It decides what somebody is asked to pay: a page that is opened asks anew.
  staleTime: 0,
})

export const walletQuery = () => ({
  queryKey: ['wallet'],
  queryFn: ({ signal }: Asked): Promise<Wallet> =>
    callApi<typeof getWalletEndpoint>({ method: 'GET', path: '/api/wallet', signal }),
  staleTime: 10_000,
})
