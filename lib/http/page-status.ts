/**
 * Owns the status of a page's answer. Next gives pages no way to set one: its `notFound()` and thrown errors do, but
 * leave the document blank until scripts have run. Here a page that has something to show says its status itself.
 * It decides no status.
 */
import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

// Next bundles the start-up hook and the pages apart, each with modules of its own; they meet in one process.
const KEY = Symbol.for('souk.page-response')
const shared = globalThis as { [KEY]?: AsyncLocalStorage<ServerResponse> }

/** Once, before the server takes requests. */
export function rememberResponses(): void {
  if (shared[KEY]) return
  const storage = new AsyncLocalStorage<ServerResponse>()
  shared[KEY] = storage
  // Published by Node's own HTTP server, in the context in which the request is then handled.
  subscribe('http.server.request.start', (message) => {
    storage.enterWith((message as { response: ServerResponse }).response)
  })
}

/** False where the response is out of reach: already begun, or a host without Node's HTTP server. */
export function setPageStatus(status: number, headers: Readonly<Record<string, string>> = {}): boolean {
  const response = shared[KEY]?.getStore()
  if (!response || response.headersSent) return false
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return true
}

/** Who is at the other end of the connection of the request being served, where that is Node's own HTTP server. */
export function peerAddress(): string | undefined {
  return shared[KEY]?.getStore()?.req.socket.remoteAddress
}

/** To be called where a page depends on who looks at it: RFC 9111 then keeps it from everybody else. */
export function varyByViewer(): void {
  const response = shared[KEY]?.getStore()
  if (response && !response.headersSent) response.appendHeader('vary', 'cookie')
}

/** To be called where a page is good for this once: RFC 9110 section 12.5.5 then lets nobody answer others with it. */
export function keepFromCaches(): void {
  const response = shared[KEY]?.getStore()
  if (response && !response.headersSent) response.appendHeader('vary', '*')
}
