/**
 * The one local address of the embedded Supabase. It sends `/rest/v1` and `/auth/v1` to the API and `/functions/v1` to
 * the edge functions, bounds what it accepts, and holds no other logic.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { EdgeFunctions } from './functions.ts'
import type { Lite } from './lite.ts'
import { LOOPBACK } from './ports.ts'
import { proxyToFunction } from './function-proxy.ts'
import { readBody, sendJson } from './http-body.ts'

const API_BODY_LIMIT_BYTES = 10_000_000
const REQUEST_TIMEOUT_MS = 60_000

export type GatewayOptions = {
  port: number
  lite: Lite
  functions: EdgeFunctions
  isDatabaseReady: () => boolean
  report: (line: string) => void
}

export type Gateway = { url: string; close(): Promise<void> }

const isUnder = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`)

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, lite, functions, report } = options
  const url = `http://${LOOPBACK}:${port}`
  const toLite = getRequestListener((request) => lite.fetch(request), { overrideGlobalObjects: false })

  const serveApi = async (request: IncomingMessage, response: ServerResponse) => {
    if (!options.isDatabaseReady()) {
      response.setHeader('retry-after', '1')
      return sendJson(response, 503, { message: 'The database is starting. Try again in a moment.' })
    }
    const declared = Number(request.headers['content-length'] ?? 0)
    const hasBody = declared > 0 || request.headers['transfer-encoding'] !== undefined
    if (declared > API_BODY_LIMIT_BYTES || (hasBody && request.headers['content-length'] === undefined)) {
      const status = declared > API_BODY_LIMIT_BYTES ? 413 : 411
      request.resume()
      return sendJson(response, status, { message: 'Send at most 10 MB with a content-length.' })
    }
    await toLite(request, response)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const target = request.url ?? '/'
    const path = target.split('?', 1)[0] ?? '/'
    if (isUnder(path, '/rest/v1') || isUnder(path, '/auth/v1')) return serveApi(request, response)
    if (isUnder(path, '/functions/v1')) {
      const body = await readBody(request, response)
      if (body) await proxyToFunction({ request, response, body, functions, target })
      return
    }
    return sendJson(response, 404, { message: 'no Route matched with those values' })
  }

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      report(`gateway: ${request.method} ${request.url?.split('?', 1)[0]} failed: ${String(error)}`)
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { message: 'Internal error' })
    })
  })
  await listen(server, port)
  return { url, close: () => closeServer(server) }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => resolve())
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}
