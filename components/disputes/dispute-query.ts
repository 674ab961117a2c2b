/** How the lists of disputes read their address: open ones unless it says otherwise; what is mistyped is left out. */
import { type DisputeFilter, disputeFilterSchema } from '#lib/disputes/schemas'

const PAGE_SIZE = 25

export function readDisputeQuery(params: Record<string, string | string[] | undefined>): {
  state?: DisputeFilter
  cursor?: string
  limit: number
} {
  const { state, cursor } = params
  const known = disputeFilterSchema.safeParse(state)
  return {
    limit: PAGE_SIZE,
    ...(state === 'all' ? {} : { state: known.success ? known.data : 'open' }),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  }
}
