/** Owns the browser's one cache of answers, which outlives pages. It knows no endpoint. */
import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

const KEPT_MS = 30 * 60_000

let ofBrowser: QueryClient | undefined

/** On the server a new one each time: nobody may see what was fetched for somebody else. */
export function queryClient(): QueryClient {
  if (typeof window === 'undefined') return create()
  return (ofBrowser ??= create())
}

function create(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        gcTime: KEPT_MS,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Without a network a request fails, and says so, instead of waiting in silence.
        networkMode: 'always',
        retry: (failureCount, error) => failureCount < 1 && isPassing(error),
        retryDelay: 400,
      },
    },
  })
}

/** No answer, or one from something in between that is gone in a moment. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.code === 'network' || error.status === 502)
}
