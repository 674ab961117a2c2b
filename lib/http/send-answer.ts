/** Owns writing an answer to Node's HTTP response. */
import 'server-only'
import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

/** Resolves when the answer is written or nobody waits for it any more. Rejects when its stream fails. */
export async function sendAnswer(outgoing: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (typeof body === 'string' && !headers.has('content-length')) {
    headers.set('content-length', String(Buffer.byteLength(body)))
  }
  outgoing.writeHead(status, [...headers].flat())
  if (body instanceof ReadableStream) await pump(body, outgoing)
  else outgoing.end(body)
}

async function pump(body: ReadableStream<Uint8Array<ArrayBuffer>>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader()
  // Whoever makes the stream learns that nobody reads it.
  const stop = () => void reader.cancel().catch(() => undefined)
  outgoing.once('close', stop)
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!outgoing.write(next.value)) await drained(outgoing)
    }
    outgoing.off('close', stop)
    outgoing.end()
  } catch (error) {
    // Its status has been sent, so a torn connection is the only way left to say that this is not all.
    outgoing.destroy()
    throw error
  }
}

async function drained(outgoing: ServerResponse): Promise<void> {
  if (outgoing.closed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.once('drain', done)
    outgoing.once('close', done)
  })
}
