import { describe, expect, it } from 'vitest'
import { receiveStream } from './receive-stream.ts'

/** A body whose pieces are made only when they are asked for. */
function request(pieces: number, pieceBytes: number, headers: Record<string, string> = {}) {
  const seen = { made: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.made === pieces) return controller.close()
        seen.made += 1
        controller.enqueue(new Uint8Array(pieceBytes))
      },
      cancel() {
        seen.isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const init: RequestInit & { duplex: 'half' } = { method: 'PUT', body, headers, duplex: 'half' }
  return { seen, request: new Request('http://souk.test/', init) }
}

async function sizes(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const found: number[] = []
  for await (const chunk of chunks) found.push(chunk.byteLength)
  return found
}

describe('a body that is taken piece by piece', () => {
  it('arrives in its pieces, up to exactly the limit', async () => {
    expect(await sizes(receiveStream(request(4, 10).request, 40).chunks)).toEqual([10, 10, 10, 10])
  })

  it('is refused unread when its own length is above the limit', () => {
    const { request: large, seen } = request(5, 10, { 'content-length': '41' })
    expect(() => receiveStream(large, 40)).toThrow(expect.objectContaining({ code: 'payload_too_large' }))
    expect(seen.made).toBe(0)
  })

  it('is cut off at the limit when it said nothing, and the client is told to stop', async () => {
    const { request: endless, seen } = request(1_000_000, 10)
    await expect(sizes(receiveStream(endless, 40).chunks)).rejects.toMatchObject({
      code: 'payload_too_large',
    })
    expect(seen.made).toBeLessThanOrEqual(6)
    expect(seen.isCancelled).toBe(true)
  })

  it('is not complete when less arrives than was promised', async () => {
    const { request: short } = request(2, 10, { 'content-length': '30' })
    await expect(sizes(receiveStream(short, 40).chunks)).rejects.toMatchObject({
      code: 'bad_request',
      detail: 'The body ended early.',
    })
  })

  it('is given up when it stops arriving', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(5)),
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'PUT', body, duplex: 'half' }
    const stalled = receiveStream(new Request('http://souk.test/', init), 40, 20)
    await expect(sizes(stalled.chunks)).rejects.toMatchObject({ detail: 'The body stopped arriving.' })
  })

  it('is asked for no faster than it is taken, and no more once its taker leaves', async () => {
    const { request: long, seen } = request(1000, 10)
    for await (const chunk of receiveStream(long, 1_000_000).chunks) {
      expect(chunk.byteLength).toBe(10)
      if (seen.made >= 5) break
    }
    expect(seen.made).toBeLessThanOrEqual(6)
    expect(seen.isCancelled).toBe(true)
  })
})
