/** Owns taking a request's body piece by piece: its limit, its promised length, and clients that stop sending. */
import 'server-only'
import { Problem } from '#lib/kernel/problem'
import type { ReceivedStream } from './endpoint.ts'

const IDLE_TIMEOUT_MS = 30_000

/** @throws Problem `payload_too_large` at once when the client itself says that it is too large. */
export function receiveStream(
  request: Request,
  maxBytes: number,
  idleTimeoutMs: number = IDLE_TIMEOUT_MS,
): ReceivedStream {
  const tooLarge = (isWorthHearing: boolean) =>
    new Problem('payload_too_large', `The body is larger than ${maxBytes} bytes.`, {
      headers: isWorthHearing ? {} : { connection: 'close' },
    })
  const promised = request.headers.get('content-length')
  // The rest of what is not much too large is let in and thrown away: whoever is cut off while sending often never reads
  // the answer.
  if (Number(promised) > maxBytes) throw tooLarge(Number(promised) <= 2 * maxBytes)
  async function* chunks() {
    const reader = request.body?.getReader()
    let receivedBytes = 0
    try {
      while (reader) {
        const { done, value } = await next(reader, idleTimeoutMs)
        if (done) break
        receivedBytes += value.byteLength
        if (receivedBytes > maxBytes) throw tooLarge(false)
        yield value
      }
      if (promised !== null && receivedBytes !== Number(promised)) throw endedEarly()
    } finally {
      // Whoever leaves early wants no more of it.
      await reader?.cancel().catch(() => undefined)
    }
  }
  return { chunks: chunks() }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, idleTimeoutMs: number) {
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Problem('bad_request', 'The body stopped arriving.')), idleTimeoutMs)
  })
  try {
    return await Promise.race([reader.read(), idle])
  } catch (cause) {
    throw cause instanceof Problem ? cause : endedEarly(cause)
  } finally {
    clearTimeout(timer)
  }
}

function endedEarly(cause?: unknown): Problem {
  return new Problem('bad_request', 'The body ended early.', { cause })
}
