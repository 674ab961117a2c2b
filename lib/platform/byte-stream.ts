/** Owns bytes on their way: cut into pieces, and handed on no faster than they are taken. Never held whole. */
import 'server-only'

/** Pieces of one size, the last one shorter. Holds one piece and copies each byte once. */
export async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(pieceBytes)
  let filled = 0
  for await (const chunk of chunks) {
    let taken = 0
    while (taken < chunk.byteLength) {
      const part = chunk.subarray(taken, taken + pieceBytes - filled)
      piece.set(part, filled)
      taken += part.byteLength
      filled += part.byteLength
      if (filled < pieceBytes) continue
      yield piece
      // A new one: whoever took the last may still be sending it.
      piece = new Uint8Array(pieceBytes)
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

/** Begins to read when the first bytes are wanted, reads on as they are taken, and stops when the client leaves. */
export function byteStream(read: () => AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        iterator ??= read()[Symbol.asyncIterator]()
        const next = await iterator.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await iterator?.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
