import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inPieces } from './byte-stream.ts'

async function* flow(chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) {
    await Promise.resolve()
    yield chunk
  }
}

describe('bytes cut into pieces', () => {
  it('are the same bytes in the same order, every piece but the last of one size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.integer({ min: 1, max: 17 }),
        async (chunks, size) => {
          const pieces: Uint8Array[] = []
          for await (const piece of inPieces(flow(chunks), size)) pieces.push(piece)
          expect(Buffer.concat(pieces)).toEqual(Buffer.concat(chunks))
          expect(pieces.slice(0, -1).every(({ byteLength }) => byteLength === size)).toBe(true)
          expect(pieces.every(({ byteLength }) => byteLength > 0 && byteLength <= size)).toBe(true)
        },
      ),
    )
  })
})
