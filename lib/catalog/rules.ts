/** Pure decisions of the catalogue. Client-safe. */

/** In characters. Here and not beside the schema, so that pages need not load the validator for it. */
export const REVIEW_MAX_LENGTH = 4000

const PROGRAM =
  /bot\b|bot\/|crawl|spider|slurp|preview|facebookexternalhit|monitor|headless|lighthouse|curl\/|wget\/|python-|go-http|node-fetch|undici/i

/** Whether a request for a page counts as somebody looking at it. A statistic, not a defence. */
export function isLikelyPerson(requestHeaders: Pick<Headers, 'get'>): boolean {
  const userAgent = requestHeaders.get('user-agent') ?? ''
  const purpose = `${requestHeaders.get('sec-purpose') ?? ''} ${requestHeaders.get('purpose') ?? ''}`
  return userAgent !== '' && !PROGRAM.test(userAgent) && !/prefetch|prerender/i.test(purpose)
}
