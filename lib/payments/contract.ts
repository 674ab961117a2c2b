/** How browsers ask for card payments. Client-safe, and without the schemas. */
import { callApi } from '#lib/client/api'
import type { getTopUpEndpoint } from './endpoints.ts'
import type { TopUp } from './schemas.ts'

export const topUpQuery = (id: string) => ({
  queryKey: ['top-up', id],
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<TopUp> =>
    callApi<typeof getTopUpEndpoint>({ method: 'GET', path: `/api/wallet/top-ups/${id}`, signal }),
  staleTime: 0,
})
