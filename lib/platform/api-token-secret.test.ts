import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenSecret, hashTokenSecret, isTokenSecret, tokenHint } from './api-token-secret.ts'

const entropy = fc.uint8Array({ minLength: 32, maxLength: 32 })
const DOCUMENTED = /^souk_[0-9A-Za-z]{49}$/

describe('API token secrets', () => {
  it('have the documented form and a good checksum, whatever the random bytes', () => {
    fc.assert(
      fc.property(entropy, (bytes) => {
        const secret = createTokenSecret(bytes)
        expect(secret).toMatch(DOCUMENTED)
        expect(isTokenSecret(secret)).toBe(true)
      }),
    )
    expect(createTokenSecret(new Uint8Array(32))).toMatch(DOCUMENTED)
    expect(createTokenSecret(new Uint8Array(32).fill(255))).toMatch(DOCUMENTED)
  })

  it('differ when their bytes differ', () => {
    fc.assert(
      fc.property(entropy, entropy, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0)
        expect(createTokenSecret(a)).not.toBe(createTokenSecret(b))
      }),
    )
    expect(createTokenSecret()).not.toBe(createTokenSecret())
  })

  it('are refused with one character mistyped', () => {
    fc.assert(
      fc.property(
        entropy,
        fc.integer({ min: 5, max: 53 }),
        fc.constantFrom('0', 'z', 'K'),
        (bytes, at, typo) => {
          const secret = createTokenSecret(bytes)
          fc.pre(secret[at] !== typo)
          expect(isTokenSecret(secret.slice(0, at) + typo + secret.slice(at + 1))).toBe(false)
        },
      ),
    )
  })

  it.each(['', 'souk_', 'ghp_abc', ` ${createTokenSecret()}`, `${createTokenSecret()}x`])(
    'are not %j',
    (text) => expect(isTokenSecret(text)).toBe(false),
  )

  it('keep their form: tokens that were issued stay valid', () => {
    const secret = createTokenSecret(Uint8Array.from({ length: 32 }, (_, index) => index))
    expect(secret).toBe('souk_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf2VJtpi')
    expect(hashTokenSecret(secret).toString('hex')).toBe(
      '866cccf8488461fb645a993c782b34894e85075aeb8c313889be4c2fd40876ec',
    )
    expect(tokenHint(secret)).toBe(secret.slice(-4))
  })
})
