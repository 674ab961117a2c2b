import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chooseEncoding, encodeBody, sizeOfBody } from './encoded-body.ts'

const text = (length: number) => Buffer.from('id: acme/tool\nversion: 1.0.0\n'.repeat(length))

describe('encodeBody', () => {
  it('holds the same bytes in every encoding', async () => {
    const body = await encodeBody(text(100))
    expect(gunzipSync(body.gzip ?? '').equals(body.identity)).toBe(true)
    expect(brotliDecompressSync(body.br ?? '').equals(body.identity)).toBe(true)
    expect(sizeOfBody(body)).toBeGreaterThan(body.identity.length)
    expect(sizeOfBody(body)).toBeLessThan(2 * body.identity.length)
  })

  it('leaves alone what one packet holds, and what compression would lengthen', async () => {
    expect(Object.keys(await encodeBody(text(10)))).toEqual(['identity'])
    const noise = Buffer.from(
      Array.from({ length: 2_000 }, (_, index) => (index * index * 7919 + (index >> 3) * 104729) % 251),
    )
    const { identity, ...others } = await encodeBody(noise)
    expect(Object.values(others).every((bytes) => bytes.length < identity.length)).toBe(true)
  })
})

describe('chooseEncoding', () => {
  it.each([
    [null, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['GZIP;Q=1.0', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.5, identity', 'identity'],
    ['zstd, deflate', 'identity'],
    ['br;q=nonsense', 'identity'],
  ])('answers %j with %s', async (accepted, expected) => {
    expect(chooseEncoding(await encodeBody(text(100)), accepted)).toBe(expected)
  })

  it('offers only what there is', async () => {
    expect(chooseEncoding(await encodeBody(text(1)), 'br, gzip')).toBe('identity')
  })
})
