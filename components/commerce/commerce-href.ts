/** Owns the addresses of a shopper's pages. */
import { withNext } from '#lib/identity/rules'

export const checkoutHref = (handle: string) => `/checkout/${handle}`
export const orderHref = (id: string) => `/orders/${id}`
export const signInHref = (next: string) => withNext('/sign-in', next)

/** The wallet, asked to top up by what is missing and to lead back. */
export function topUpHref(missing: number, next: string): string {
  return `/wallet?${new URLSearchParams({ missing: String(missing), next }).toString()}#top-up`
}
