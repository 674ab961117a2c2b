/** Owns a Node request in the form that route handlers know. It trusts nothing in it. */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'

export function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.append(name, value)
    else for (const each of value ?? []) headers.append(name, each)
  }
  return headers
}

/** @param headers the request's, as far as they may reach the handler. */
export function requestOf(
  url: string,
  headers: Headers,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Request {
  const method = incoming.method ?? 'GET'
  const body = hasBody(incoming) ? streamOf(incoming, outgoing) : null
  const request = new Request(url, { method, headers, body, ...(body && { duplex: 'half' as const }) })
  // Costs more than the rest of the request, and few handlers ask for it.
  let signal: AbortSignal | undefined
  Object.defineProperty(request, 'signal', { get: () => (signal ??= disconnectSignal(outgoing)) })
  return request
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * `Readable.toWeb` would do, but for a handler that has read enough: cancelling that tears the connection down, and the
 * client never learns why. Nothing is taken from the connection before it is asked for.
 */
function streamOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isListening = false
  const leave = () => incoming.off('data', onData).off('end', onEnd).off('close', onClose)
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  const onData = (chunk: Buffer<ArrayBuffer>) => {
    incoming.pause()
    controller.enqueue(chunk)
  }
  const onEnd = () => {
    leave()
    controller.close()
  }
  const onClose = () => {
    leave()
    controller.error(new Error('The connection closed before the body had arrived'))
  }
  // What nobody wants has to be taken all the same, for the next request on the connection stands behind it.
  const discard = () => {
    leave()
    incoming.resume()
  }
  outgoing.once('finish', discard)
  return new ReadableStream(
    {
      start: (given) => void (controller = given),
      pull() {
        if (!isListening) incoming.on('data', onData).once('end', onEnd).once('close', onClose)
        isListening = true
        if (incoming.destroyed) onClose()
        else incoming.resume()
      },
      cancel: discard,
    },
    { highWaterMark: 0 },
  )
}

function disconnectSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    if (!outgoing.writableFinished) controller.abort()
  }
  if (outgoing.closed) abort()
  else outgoing.once('close', abort)
  return controller.signal
}
