/** Owns a Node request in the form that route handlers know. It trusts nothing in it. */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

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
  const body = hasBody(incoming) ? streamOf(incoming) : null
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

function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  // One class with two declarations, Node's and the browser's.
  const stream: NodeReadableStream<Uint8Array<ArrayBuffer>> = Readable.toWeb(incoming)
  return stream as ReadableStream<Uint8Array<ArrayBuffer>>
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
