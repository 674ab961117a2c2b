/**
 * The web server of `npm start`: stages that may answer a request themselves, and behind them Next for everything else.
 * `next start` serves the same without the stages.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { openFront } from '#lib/http/front'
import type { Stage } from '#lib/http/front'
import { stopOnSignals } from './stop-serving.ts'

/**
 * Longer than load balancers and clients keep a connection they do not use (60 s at most of them): whoever closes first
 * must not be the server, or a request that is on its way just then is lost.
 */
const KEEP_ALIVE_MS = 75_000

const passBy: Stage = (_request, _response, goOn) => goOn()

async function serve(hostname: string, port: number): Promise<void> {
  const front = openFront()
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  const app = next({ dev: false, hostname, port, httpServer: server })
  await app.prepare()
  const toNext = app.getRequestHandler()
  // Next sets them when it gets around to its start-up hook.
  const stages = (['limits', 'edge', 'misses', 'pages', 'api'] as const).map((name): Stage => {
    return (request, response, goOn) => (front[name] ?? passBy)(request, response, goOn)
  })
  const pass = (index: number, request: IncomingMessage, response: ServerResponse): void => {
    const stage = stages[index]
    if (!stage) return void toNext(request, response)
    stage(request, response, (other = request, answer = response) => pass(index + 1, other, answer))
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => pass(0, request, response))
  stopOnSignals(server, {
    begin: () => {
      front.isDraining = true
      return front.drainMs
    },
    finish: async () => {
      for (const end of front.ends) await end()
      await app.close()
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
}

const { values } = parseArgs({ options: { hostname: { type: 'string' }, port: { type: 'string' } } })
await serve(values.hostname ?? '127.0.0.1', Number(values.port ?? 3000))
