/**
 * Owns the form in which a route's answer waits to be sent. Next wants a `Response`; our own server writes text and
 * bytes to the socket as they are, without a stream around them.
 */
import 'server-only'

export interface Answer {
  status: number
  headers: Headers
  body: string | ReadableStream<Uint8Array<ArrayBuffer>> | null
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}
