/** Owns how a web server ends without dropping a request: it says so, goes on for a while, finishes, and only then is gone. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const SWEEP_MS = 100
/** No answer takes longer, except the bytes of a large file to a slow reader. */
const FINISH_MS = 30_000
/** For what is done once the last answer is sent: counts are written, connections closed. */
const LAST_MS = 5_000

/** After this a server that was asked to stop is gone, whatever its clients do. */
export const stopsWithinMs = (drainMs: number) => drainMs + FINISH_MS + LAST_MS

export interface StopOptions {
  /** In which whoever spreads requests notices, and sends no more. */
  drainMs: number
  /** After which requests that are still under way are cut off. */
  finishMs: number
}

interface Ending {
  /** Called when the process is asked to stop. Answers how long to take requests after that. */
  begin: () => number
  /** Once the last answer is sent. What hangs here is not waited for. */
  finish: () => Promise<unknown>
}

/**
 * Ends the process in order when it is asked to. Asked again it goes on with that: whoever cannot wait has SIGKILL, and a
 * second signal may be the same one by another way.
 */
export function stopOnSignals(server: Server, { begin, finish }: Ending): void {
  let isStopping = false
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      void stopServing(server, { drainMs: begin(), finishMs: FINISH_MS })
        .then(() => Promise.race([finish(), delay(LAST_MS)]))
        .finally(() => process.exit(code))
    })
  }
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
