import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { anonymous } from '#lib/kernel/actor'
import { GRACE_HEADER } from './actor.ts'
import { createApiStage } from './api-stage.ts'
import type { Route } from './define-route.ts'
import { defineEndpoint, type EndpointSpec } from './endpoint.ts'
import { answerer, asRouteHandler, type Handler, type RouteDependencies } from './handle-request.ts'
import { sessionCookies, type StoredSession } from './session-cookie.ts'
import type { Renewal } from './session-renewal.ts'

vi.hoisted(() => {
  process.env.SUPABASE_URL = 'http://127.0.0.1:9'
  process.env.SUPABASE_PUBLISHABLE_KEY = 'unused'
  process.env.SUPABASE_SECRET_KEY = 'unused'
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/unused'
})

const common = { summary: 'Test', tags: ['test'], problems: [], cache: 'private' } as const
const thing = { status: 200, description: 'It', schema: z.looseObject({}) } as const
const read = defineEndpoint({
  ...common,
  method: 'GET',
  path: '/api/things/{name}',
  operationId: 'read',
  access: 'public',
  query: z.object({ q: z.string().optional() }),
  responses: [thing],
  cache: 'hot',
})
const write = defineEndpoint({
  ...common,
  method: 'POST',
  path: '/api/things/{name}',
  operationId: 'write',
  access: 'optional',
  body: { contentType: 'application/json', schema: z.strictObject({ size: z.int() }), maxBytes: 64 },
  responses: [thing],
})
const stream = defineEndpoint({
  ...common,
  method: 'GET',
  path: '/api/stream',
  operationId: 'stream',
  access: 'optional',
  responses: [{ status: 200, description: 'Events', contentType: 'text/event-stream' }],
})
const open = defineEndpoint({ ...read, path: '/api/open/{name}', operationId: 'open' })
const unrouted = defineEndpoint({ ...read, path: '/api/unrouted/{name}', operationId: 'unrouted' })

const routeDependencies: RouteDependencies = {
  resolveCaller: () => Promise.resolve({ actor: anonymous, via: 'none' }),
  siteUrl: () => 'http://souk.test',
  once: (_attempt, run) => run(),
  validatesOutput: () => false,
  onRequest: () => undefined,
  onFailure: () => undefined,
}

function route<Spec extends EndpointSpec>(endpoint: Spec, handler: Handler<Spec>): Route {
  const answer = answerer(endpoint, handler, routeDependencies)
  return Object.assign(asRouteHandler(answer), { endpoint, answer })
}

let server: Server
let seen: Headers[] = []
let streaming: { request: Request; cancelled: Promise<void> } | undefined
const renew = vi.fn((_session: StoredSession): Promise<Renewal> =>
  Promise.resolve({ outcome: 'unreachable' }),
)
const refusals = vi.fn()

const eventStream: Handler<typeof stream> = ({ request }) => {
  let cancel = () => {}
  const cancelled = new Promise<void>((resolve) => (cancel = resolve))
  streaming = { request, cancelled }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: one\n\n')),
    cancel,
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

beforeEach(async () => {
  seen = []
  streaming = undefined
  renew.mockClear()
  refusals.mockClear()
  const stage = createApiStage({
    endpoints: [read, write, stream, open, unrouted],
    routes: [
      route(read, ({ params, query, request }) => {
        seen.push(request.headers)
        if (params.name === 'broken') throw new Error('inside')
        return { name: params.name, ...query }
      }),
      route(write, ({ body, request }) => {
        seen.push(request.headers)
        return body
      }),
      route(stream, eventStream),
      route(open, ({ params }) => ({ name: params.name })),
    ],
    renewer: { renew },
    cookieOptions: {},
    siteUrl: 'https://souk.test',
    isDevelopment: false,
    onFailure: (error) => {
      throw error
    },
    onRefusal: refusals,
  })
  server = createServer((request, response) => {
    stage(request, response, () => response.writeHead(299).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const port = () => (server.address() as AddressInfo).port

interface Got {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

interface AskOptions {
  method?: string
  headers?: Record<string, string>
  body?: string
  agent?: Agent
}

/** As it is written: `fetch` would tidy the address up. */
function ask(path: string, { method = 'GET', headers = {}, body, agent }: AskOptions = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port: port(), host: '127.0.0.1', path, method, headers, agent },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

const IS_NEXTS = 299

describe('an endpoint', () => {
  it('is answered with its path and query, an id, a length and every security header', async () => {
    const { status, headers, text } = await ask('/api/things/lamp.v2?q=caf%C3%A9', {
      headers: { cookie: 'a=b' },
    })
    expect([status, JSON.parse(text)]).toEqual([200, { name: 'lamp.v2', q: 'café' }])
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(seen[0]?.get('x-request-id')).toBe(headers['x-request-id'])
  })

  it('answers HEAD with the headers of GET, and 304 to whoever has it', async () => {
    const get = await ask('/api/things/lamp')
    const head = await ask('/api/things/lamp', { method: 'HEAD' })
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', get.headers.etag])
    const again = await ask('/api/things/lamp', { headers: { 'if-none-match': get.headers.etag ?? '' } })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  it('says 405 and what it takes, and tells OPTIONS the same', async () => {
    const refused = await ask('/api/things/lamp', { method: 'DELETE' })
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, POST, HEAD, OPTIONS'])
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'method_not_allowed' })
    expect(refusals).toHaveBeenCalledWith(
      expect.objectContaining({ path: '/api/things/{name}', status: 405 }),
    )
    const options = await ask('/api/things/lamp', { method: 'OPTIONS' })
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, POST, HEAD, OPTIONS'])
  })

  it('that fails is a 500 problem that tells nothing of the inside', async () => {
    const { status, text } = await ask('/api/things/broken')
    expect([status, text.includes('inside')]).toEqual([500, false])
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
  })
})

describe('what is left to Next', () => {
  it.each([
    '/',
    '/api',
    '/api/',
    '/api/nothing/here',
    '/api/things/lamp/',
    '/api//things/lamp',
    '//api/things/lamp',
    '/api/things/..',
    '/api/things/l%61mp',
    '/api/things/{name}',
    '/api/things/lamp;q',
    '/api/things/lamp#q',
    '/api/unrouted/lamp',
    'http://other.test/api/things/lamp',
  ])('%s', async (path) => {
    expect((await ask(path)).status).toBe(IS_NEXTS)
  })
})

describe('a body', () => {
  const headers = { 'content-type': 'application/json' }

  it('reaches the handler', async () => {
    expect(await ask('/api/things/lamp', { method: 'POST', headers, body: '{"size":3}' })).toMatchObject({
      status: 200,
      text: '{"size":3}',
    })
  })

  it('that is missing, malformed or too long is refused', async () => {
    const send = async (body?: string) =>
      (await ask('/api/things/lamp', { method: 'POST', headers, body })).status
    expect([await send(), await send('{'), await send(`{"size":${'1'.repeat(99)}}`)]).toEqual([400, 400, 413])
  })

  it('that turns out to be too long is refused, and the client hears it', async () => {
    const options = { port: port(), host: '127.0.0.1', path: '/api/things/lamp', method: 'POST', headers }
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(options, (response) => resolve(response.resume().statusCode))
      request.on('error', reject)
      for (let sent = 0; sent < 50; sent += 1) request.write(' '.repeat(10_000))
      request.end()
    })
    expect(status).toBe(413)
  })

  it('that nobody reads does not stand in the way of the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const body = 'x'.repeat(300_000)
    const refused = await ask('/api/things/lamp', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
      agent,
    })
    expect(refused.status).toBe(415)
    expect((await ask('/api/things/lamp', { agent })).status).toBe(200)
    agent.destroy()
  })

  it('that ends early harms nobody', async () => {
    const socket = connect(port(), '127.0.0.1')
    socket.write(
      'POST /api/things/lamp HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{',
    )
    await once(server, 'request')
    socket.destroy()
    expect((await ask('/api/things/lamp')).status).toBe(200)
  })
})

describe('an answer that goes on', () => {
  it('is sent as it comes, and ends for the handler when its reader leaves', async () => {
    const first = await new Promise<string>((resolve, reject) => {
      const request = httpRequest({ port: port(), host: '127.0.0.1', path: '/api/stream' }, (response) => {
        response.once('data', (chunk: Buffer) => {
          resolve(chunk.toString())
          // Read before the connection goes, as a handler does that waits for something else.
          expect(streaming?.request.signal.aborted).toBe(false)
          request.destroy()
        })
        response.on('error', () => undefined)
      })
      request.on('error', reject)
      request.end()
    })
    expect(first).toBe('data: one\n\n')
    await streaming?.cancelled
    await vi.waitFor(() => expect(streaming?.request.signal.aborted).toBe(true))
  })
})

describe('a session', () => {
  async function lapsedCookie(): Promise<string> {
    const token = await new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.now() / 1000) - 30)
      .sign(new TextEncoder().encode('a secret that is long enough'))
    return sessionCookies({ access_token: token, refresh_token: 'old' }, [])
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }
  const post = (cookie: string) => ({
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', [GRACE_HEADER]: '1' },
    body: '{"size":3}',
  })

  it('that is renewed reaches the handler and the browser', async () => {
    const session = { access_token: 'new', refresh_token: 'newer' }
    renew.mockResolvedValueOnce({ outcome: 'renewed', session })
    const { headers } = await ask('/api/things/lamp', post(await lapsedCookie()))
    const [renewed = ''] = sessionCookies(session, []).map(({ name, value }) => `${name}=${value}`)
    expect(seen[0]?.get('cookie')).toBe(renewed)
    expect(seen[0]?.has(GRACE_HEADER)).toBe(false)
    const [set = ''] = headers['set-cookie'] ?? []
    expect(set.startsWith(renewed)).toBe(true)
    expect(set).toMatch(/; HttpOnly/i)
    expect(set).toMatch(/; SameSite=lax/i)
  })

  it('that could not be renewed is marked, which a client cannot do', async () => {
    await ask('/api/things/lamp', post(await lapsedCookie()))
    expect(seen[0]?.get(GRACE_HEADER)).toBe('1')
    await ask('/api/things/lamp', post(''))
    expect(seen[1]?.has(GRACE_HEADER)).toBe(false)
  })

  it('is left alone where nobody is asked who they are', async () => {
    const { headers } = await ask('/api/open/lamp', { headers: { cookie: await lapsedCookie() } })
    expect(headers['set-cookie']).toBeUndefined()
    expect(renew).not.toHaveBeenCalled()
  })
})
