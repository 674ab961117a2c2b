import { describe, expect, it } from 'vitest'
import { isLikelyPerson } from './rules.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('isLikelyPerson', () => {
  it('counts a browser', () => {
    expect(isLikelyPerson(new Headers({ 'user-agent': FIREFOX }))).toBe(true)
  })

  it.each(['Mozilla/5.0 (compatible; Googlebot/2.1)', 'curl/8.0', 'python-requests/2.3', ''])(
    'does not count %j',
    (userAgent) => {
      expect(isLikelyPerson(new Headers({ 'user-agent': userAgent }))).toBe(false)
    },
  )

  it('does not count a browser that only fetches ahead', () => {
    for (const header of ['sec-purpose', 'purpose']) {
      expect(isLikelyPerson(new Headers({ 'user-agent': FIREFOX, [header]: 'prefetch;prerender' }))).toBe(
        false,
      )
    }
  })
})
