/**
 * Owns the headers that tell browsers what our answers may do. Pages get a Content-Security-Policy as strict as their
 * caching allows: a nonce where each request is rendered anew, hashes where one rendering serves everybody.
 */

/** For everything, static files included. */
export const BASELINE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const TWO_YEARS_SECONDS = 63_072_000

/** Only for sites served over HTTPS: on plain HTTP browsers ignore it, and on localhost it would outlive the site. */
export function strictTransportSecurity(siteUrl: string): string | null {
  return siteUrl.startsWith('https:') ? `max-age=${TWO_YEARS_SECONDS}; includeSubDomains` : null
}

export const API_CSP = "default-src 'none'; frame-ancestors 'none'"

export interface PagePolicy {
  siteUrl: string
  /** Fresh for each request; absent when the page is the same for everybody. */
  nonce?: string
  /** Of inline scripts and styles that were rendered before this request: `sha256-…`. */
  scriptHashes?: readonly string[]
  styleHashes?: readonly string[]
  /** The development server's module replacement evaluates code. Never in production. */
  allowsEval?: boolean
}

export function pageCsp({
  siteUrl,
  nonce,
  scriptHashes = [],
  styleHashes = [],
  allowsEval = false,
}: PagePolicy): string {
  const own = ["'self'", ...(nonce === undefined ? [] : [`'nonce-${nonce}'`])]
  const quote = (hash: string) => `'${hash}'`
  const directives = [
    ['default-src', "'self'"],
    ['script-src', ...own, ...scriptHashes.map(quote), ...(allowsEval ? ["'unsafe-eval'"] : [])],
    ['style-src', ...own, ...styleHashes.map(quote)],
    // Positions that components compute, such as a menu's place under its button.
    ['style-src-attr', "'unsafe-inline'"],
    ['img-src', "'self'", 'data:', 'blob:'],
    ['font-src', "'self'"],
    ['connect-src', "'self'"],
    ['object-src', "'none'"],
    ['base-uri', "'self'"],
    ['form-action', "'self'"],
    ['frame-ancestors', "'none'"],
    ['manifest-src', "'self'"],
    ['worker-src', "'self'"],
    ...(siteUrl.startsWith('https:') ? [['upgrade-insecure-requests']] : []),
  ]
  return directives.map((directive) => directive.join(' ')).join('; ')
}
