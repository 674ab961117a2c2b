/** Owns how a web server ends without dropping a request: it says so, goes on for a while, finishes, and only then is gone. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const SWEEP_MS = 100

export interface StopOptions {
  /** In which whoever spreads requests notices, and sends no more. */
  drainMs: number
  /** After which requests that are still under way are cut off. */
  finishMs: number
}

/** From its call on answers close their connections. Resolves when the last one is sent; `false` when some were cut off. */
export async function stopServing(server: Server, { drainMs, finishMs }: StopOptions): Promise<boolean> {
  // Before anything else looks at the request: a client that keeps its connection would be cut off with it.
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false
  })
  await delay(drainMs)
  const closed = new Promise<true>((resolve) => {
    server.close(() => resolve(true))
  })
  // Answers that had begun to be made before have told their clients to keep the connection.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  const overtime = new AbortController()
  const isWhole = await Promise.race([closed, delay(finishMs, false, { signal: overtime.signal })])
  overtime.abort()
  clearInterval(sweep)
  if (!isWhole) server.closeAllConnections()
  return isWhole
}
