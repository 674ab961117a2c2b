import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ByteRange } from '#lib/kernel/artefact'
import { rangedResponse } from './ranged-response.ts'

const ETAG = '"cafe"'

function ask(content: Uint8Array, headers: Record<string, string>, method = 'GET') {
  const reads: ByteRange[] = []
  const response = rangedResponse(new Request('http://souk.test/file', { method, headers }), {
    sizeBytes: content.byteLength,
    etag: ETAG,
    headers: { 'content-type': 'application/zip', 'content-disposition': 'attachment' },
    async *read(range) {
      reads.push(range)
      await Promise.resolve()
      yield content.subarray(range.start, range.end + 1)
    },
  })
  return { response, reads }
}

const digits = new TextEncoder().encode('0123456789')

describe('a response in ranges', () => {
  it('sends everything when nothing else is asked', async () => {
    const { response } = ask(digits, {})
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '10',
      etag: ETAG,
    })
    expect(response.headers.has('content-range')).toBe(false)
    expect(await response.text()).toBe('0123456789')
  })

  it('sends the range, says which it is, and reads no more', async () => {
    const { response, reads } = ask(digits, { range: 'bytes=2-4' })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe('bytes 2-4/10')
    expect(response.headers.get('content-length')).toBe('3')
    expect(await response.text()).toBe('234')
    expect(reads).toEqual([{ start: 2, end: 4 }])
  })

  it('refuses a range past the end and says how long the file is', () => {
    expect(() => ask(digits, { range: 'bytes=10-' })).toThrow(
      expect.objectContaining({
        status: 416,
        code: 'range_not_satisfiable',
        headers: expect.objectContaining({ 'content-range': 'bytes */10' }) as unknown,
      }),
    )
  })

  it.each([
    [ETAG, 206],
    ['"beef"', 200],
    ['W/"cafe"', 200],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 200],
  ])('with If-Range %s answers %i', async (condition, status) => {
    const { response } = ask(digits, { range: 'bytes=0-1', 'if-range': condition })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(status === 206 ? '01' : '0123456789')
  })

  it.each([ETAG, `"x", W/${ETAG}`, '*'])(
    'tells a client that knows %s nothing new, and reads nothing',
    (known) => {
      const { response, reads } = ask(digits, { 'if-none-match': known, range: 'bytes=0-1' })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(ETAG)
      expect(response.headers.has('content-type')).toBe(false)
      expect(reads).toEqual([])
    },
  )

  it('answers HEAD with the headers of the whole, range or not, and reads nothing', () => {
    const { response, reads } = ask(digits, { range: 'bytes=0-1' }, 'HEAD')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('10')
    expect(response.body).toBeNull()
    expect(reads).toEqual([])
  })

  it('gives any range the very bytes that stand there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(40),
        fc.nat(40),
        async (content, first, length) => {
          const start = first % content.byteLength
          const { response } = ask(content, { range: `bytes=${start}-${start + length}` })
          const expected = content.subarray(start, start + length + 1)
          expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(expected))
        },
      ),
    )
  })
})
