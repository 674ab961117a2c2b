/** Carries one request to an edge function and its answer back, unchanged but for hop-by-hop headers. */
import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { EdgeFunctions } from './functions.ts'
import { sendJson } from './http-body.ts'
import { LOOPBACK } from './ports.ts'

const TIMEOUT_MS = 60_000
const PREFIX = '/functions/v1/'
/** RFC 9110, section 7.6.1. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['content-length', 'expect'],
])

export type FunctionCall = {
  request: IncomingMessage
  response: ServerResponse
  body: Buffer
  functions: EdgeFunctions
  target: string
}

class TimeoutError extends Error {}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))
}

/** Resolves once the function has begun to answer; rejects while another attempt can still be made. */
function send(call: FunctionCall, port: number, path: string): Promise<IncomingMessage> {
  const { request, body } = call
  return new Promise((resolve, reject) => {
    const upstream = httpRequest(
      {
        host: LOOPBACK,
        port,
        path,
        method: request.method,
        headers: { ...endToEnd(request.headers), 'content-length': body.length },
        timeout: TIMEOUT_MS,
        // A kept connection to a process that has since ended would fail for no fault of the request.
        agent: false,
      },
      resolve,
    )
    upstream.once('timeout', () => upstream.destroy(new TimeoutError()))
    upstream.once('error', reject)
    call.response.once('close', () => upstream.destroy())
    upstream.end(body)
  })
}

export async function proxyToFunction(call: FunctionCall): Promise<void> {
  const { functions, response, target } = call
  // The function sees its own name as the first segment, as it does when hosted.
  const path = `/${target.slice(PREFIX.length)}`
  const [, name = ''] = /^\/([^/?]*)/.exec(path) ?? []
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = await functions.portOf(name)
      if (port === undefined)
        return sendJson(response, 404, { code: 'NOT_FOUND', message: 'Function not found' })
      const answer = await send(call, port, path)
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers))
      answer.once('error', () => response.destroy())
      answer.pipe(response)
      return
    } catch (error) {
      if (response.destroyed) return
      if (error instanceof TimeoutError) {
        await functions.discard(name)
        return sendJson(response, 504, {
          code: 'TIMEOUT',
          message: `Function ${name} did not answer in time.`,
        })
      }
      // Refused means no process took the request, so sending it again cannot do it twice.
      const wasRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
      if (wasRefused && attempt === 1) {
        await functions.discard(name)
        continue
      }
      return sendJson(response, 502, { code: 'BOOT_ERROR', message: `Function ${name} failed to answer.` })
    }
  }
}
