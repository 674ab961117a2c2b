import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type Actor, anonymous, type TokenActor, type UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { defineEndpoint, integerParameter } from './endpoint.ts'
import { type Handler, type RequestEvent, type RouteDependencies, routeHandler } from './handle-request.ts'
import type { Once } from './idempotency.ts'
import { publicReply, reply, type ResultOf } from './reply.ts'
import { respond } from './respond.ts'

const user: UserActor = {
  kind: 'user',
  userId: '0b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968',
  email: 'someone@souk.test',
  displayName: 'Someone',
  appRole: null,
  isStale: false,
}
const token: TokenActor = {
  kind: 'token',
  userId: user.userId,
  tokenId: '5a0d3c5e-77b1-4d8e-a6a5-9e3f2b1c0d4e',
  email: user.email,
  displayName: 'Someone',
  appRole: null,
  scopes: ['read'],
  namespaces: null,
}

const common = { summary: 'Test', tags: ['test'], problems: [] } as const
const ok = { status: 200, description: 'Fine', schema: z.object({ ok: z.literal(true) }) } as const

const readThing = defineEndpoint({
  ...common,
  method: 'GET',
  path: '/api/things/{name}',
  operationId: 'readThing',
  access: 'public',
  query: z.object({
    limit: integerParameter({ min: 1, max: 200 }).default(24),
    tags: z.array(z.string()).optional(),
    q: z.string().optional(),
  }),
  responses: [{ status: 200, description: 'It', schema: z.object({ name: z.string(), query: z.unknown() }) }],
  cache: 'hot',
})
const writeThing = defineEndpoint({
  ...common,
  method: 'POST',
  path: '/api/things',
  operationId: 'writeThing',
  access: 'signed-in',
  scope: 'yank',
  body: { contentType: 'application/json', schema: z.strictObject({ size: z.int() }) },
  responses: [{ status: 201, description: 'Made', schema: z.object({ size: z.int() }) }],
  cache: 'private',
})
const uploadThing = defineEndpoint({
  ...common,
  method: 'POST',
  path: '/api/uploads',
  operationId: 'uploadThing',
  access: 'public',
  body: { contentTypes: ['application/yaml', 'multipart/form-data'], maxBytes: 8, description: 'A file' },
  responses: [{ status: 200, description: 'Size', schema: z.object({ sizeBytes: z.int() }) }],
  cache: 'private',
})
const readMine = defineEndpoint({
  ...common,
  method: 'GET',
  path: '/api/mine',
  operationId: 'readMine',
  access: 'signed-in',
  responses: [ok],
  cache: 'private',
})
const operate = defineEndpoint({
  ...common,
  method: 'GET',
  path: '/api/operate',
  operationId: 'operate',
  access: 'operator',
  responses: [ok],
  cache: 'private',
})

function setUp(actor: Actor = anonymous, via: 'none' | 'cookie' | 'bearer' = 'none') {
  const events: RequestEvent[] = []
  const failures: unknown[] = []
  const dependencies: RouteDependencies = {
    resolveCaller: vi.fn(() => Promise.resolve({ actor, via })),
    siteUrl: () => 'http://souk.test',
    once: vi.fn<Once>((_attempt, run) => run()),
    validatesOutput: () => true,
    onRequest: (event) => events.push(event),
    onFailure: (error) => failures.push(error),
  }
  return { dependencies, events, failures }
}

const noParams = { params: Promise.resolve({}) }
const thingParams = { params: Promise.resolve({ name: 'lamp' }) }

async function problemOf(response: Response): Promise<z.infer<typeof problemSchema>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const body = problemSchema.parse(await response.json())
  expect(body.status).toBe(response.status)
  expect(body.requestId).toBe(response.headers.get('x-request-id'))
  return body
}
const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

const getThing: Handler<typeof readThing> = ({ params, query }) => ({ name: params.name, query })
function read(search = '', init: RequestInit = {}) {
  const { dependencies } = setUp()
  const request = new Request(`http://souk.test/api/things/lamp${search}`, init)
  return routeHandler(readThing, getThing, dependencies)(request, thingParams)
}

const sameOrigin = { origin: 'http://souk.test', host: 'souk.test', 'content-type': 'application/json' }
function write(body: BodyInit, { headers = sameOrigin, actor = user, via = 'cookie' }: WriteOptions = {}) {
  const { dependencies, ...seen } = setUp(actor, via)
  const request = new Request('http://souk.test/api/things', { method: 'POST', body, headers })
  const handler: Handler<typeof writeThing> = (input) => ({ size: input.body.size })
  return { response: routeHandler(writeThing, handler, dependencies)(request, noParams), ...seen }
}
interface WriteOptions {
  headers?: Record<string, string>
  actor?: Actor
  via?: 'none' | 'cookie' | 'bearer'
}

describe('a query string', () => {
  it('is parsed by the schema, with repeated parameters as a list', async () => {
    const response = await read('?limit=7&tags=a:b&tags=c:d')
    expect(await response.json()).toEqual({ name: 'lamp', query: { limit: 7, tags: ['a:b', 'c:d'] } })
  })

  it('makes a list of a single repeatable parameter', async () => {
    const response = await read('?tags=a:b')
    expect(await response.json()).toEqual({ name: 'lamp', query: { limit: 24, tags: ['a:b'] } })
  })

  it.each([
    ['?colour=red', 'colour'],
    ['?__proto__=1', '__proto__'],
    ['?constructor=1', 'constructor'],
    ['?limit=ten', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1e2', 'limit'],
    ['?limit=0x10', 'limit'],
    ['?limit=%207', 'limit'],
    ['?limit=7.5', 'limit'],
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?q=a&q=b', 'q'],
  ])('%s is refused with 400 and the name of the parameter', async (search, name) => {
    const response = await read(search)
    expect(response.status).toBe(400)
    const problem = await problemOf(response)
    expect(problem.code).toBe('bad_request')
    expect(problem.issues?.map(({ path }) => path)).toEqual([name])
  })

  it('names every fault at once', async () => {
    const problem = await problemOf(await read('?colour=red&limit=ten'))
    expect(problem.issues?.map(({ path }) => path)).toEqual(['colour', 'limit'])
  })
})

describe('a JSON body', () => {
  it('reaches the handler validated, and the answer has the declared status', async () => {
    const response = await write('{"size":3}').response
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ size: 3 })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['', '{', '{"size":3', 'size=3', '\uFEFF{'])('%j is refused with 400', async (body) => {
    const problem = await problemOf(await write(body).response)
    expect(problem).toMatchObject({ status: 400, code: 'bad_request' })
  })

  it('that is not UTF-8 is refused with 400', async () => {
    const problem = await problemOf(await write(new Uint8Array([0x22, 0xff, 0x22])).response)
    expect(problem.code).toBe('bad_request')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'sent as %j is refused with 415',
    async (type) => {
      const response = await write('{"size":3}', { headers: { ...sameOrigin, 'content-type': type } })
        .response
      expect((await problemOf(response)).code).toBe('unsupported_media_type')
      expect(response.status).toBe(415)
    },
  )

  it('may name its charset', async () => {
    const headers = { ...sameOrigin, 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await write('{"size":3}', { headers }).response).status).toBe(201)
  })

  it('that breaks the schema is refused with 422 and the paths at fault', async () => {
    const problem = await problemOf(await write('{"size":"big","colour":"red"}').response)
    expect(problem).toMatchObject({ status: 422, code: 'validation_failed' })
    expect(problem.issues?.map(({ path }) => path).toSorted()).toEqual(['colour', 'size'])
  })

  it('over 64 KiB is refused with 413 by its announced length', async () => {
    const headers = { ...sameOrigin, 'content-length': '65537' }
    expect((await problemOf(await write('{}', { headers }).response)).code).toBe('payload_too_large')
  })

  it('over 64 KiB is refused with 413 while it streams, without reading it to its end', async () => {
    let chunksTaken = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunksTaken += 1
        if (chunksTaken > 1000) controller.close()
        else controller.enqueue(new Uint8Array(1024).fill(0x20))
      },
    })
    const { dependencies } = setUp(user, 'cookie')
    const init = { method: 'POST', body, headers: sameOrigin, duplex: 'half' }
    const handler = routeHandler(writeThing, () => ({ size: 1 }), dependencies)
    const response = await handler(new Request('http://souk.test/api/things', init), noParams)
    expect(response.status).toBe(413)
    expect(chunksTaken).toBeLessThan(80)
  })
})

describe('a raw body', () => {
  const upload = (body: BodyInit, headers: Record<string, string>) => {
    const handler: Handler<typeof uploadThing> = ({ body: { bytes } }) => ({ sizeBytes: bytes.byteLength })
    const request = new Request('http://souk.test/api/uploads', { method: 'POST', body, headers })
    return routeHandler(uploadThing, handler, setUp().dependencies)(request, noParams)
  }

  it('reaches the handler byte for byte up to its limit', async () => {
    const response = await upload(new Uint8Array([1, 2, 255, 0, 5, 6, 7, 8]), {
      'content-type': 'application/yaml',
    })
    expect(await response.json()).toEqual({ sizeBytes: 8 })
  })

  it('one byte over its limit is refused with 413', async () => {
    const response = await upload(new Uint8Array(9), { 'content-type': 'application/yaml' })
    expect(response.status).toBe(413)
  })

  it('of another type is refused with 415 and what would be accepted', async () => {
    const response = await upload('a', { 'content-type': 'application/json' })
    expect(response.status).toBe(415)
    expect(response.headers.get('accept')).toBe('application/yaml, multipart/form-data')
  })

  it('that is malformed multipart is a 400 where the handler asks for its parts', async () => {
    const handler: Handler<typeof uploadThing> = async ({ body }) => {
      await body.formData()
      return { sizeBytes: 0 }
    }
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const request = new Request('http://souk.test/api/uploads', { method: 'POST', body: 'nothing', headers })
    const response = await routeHandler(uploadThing, handler, setUp().dependencies)(request, noParams)
    expect(response.status).toBe(400)
  })
})

describe('a write that a cookie authenticates', () => {
  const json = { 'content-type': 'application/json', host: 'souk.test' }

  it.each([
    ['without Origin', json],
    ['from another site', { ...json, origin: 'https://evil.test' }],
    ['from another port', { ...json, origin: 'http://souk.test:8080' }],
    ['from a sandboxed frame', { ...json, origin: 'null' }],
    ['that the browser calls cross-site', { ...sameOrigin, 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { ...sameOrigin, 'sec-fetch-site': 'same-site' }],
  ])('%s is refused with 403 csrf_failed', async (_, headers) => {
    const problem = await problemOf(await write('{"size":3}', { headers }).response)
    expect(problem).toMatchObject({ status: 403, code: 'csrf_failed' })
  })

  it('is allowed from the host that the server was asked for', async () => {
    const headers = { ...json, host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' }
    expect((await write('{"size":3}', { headers }).response).status).toBe(201)
  })

  it('needs no Origin when a bearer token authenticates it', async () => {
    const actor: Actor = { ...token, scopes: ['yank'] }
    expect((await write('{"size":3}', { headers: json, actor, via: 'bearer' }).response).status).toBe(201)
  })

  it('is refused with 503 while the session is stale, though it may read', async () => {
    const stale = { ...user, isStale: true }
    const response = await write('{"size":3}', { actor: stale }).response
    expect((await problemOf(response)).code).toBe('unavailable')
    expect(response.headers.get('retry-after')).not.toBeNull()
    const { dependencies } = setUp(stale, 'cookie')
    const reading = await routeHandler(
      readMine,
      () => ({ ok: true }),
      dependencies,
    )(new Request('http://souk.test/api/mine'), noParams)
    expect(reading.status).toBe(200)
  })
})

describe('a write that is meant in somebody’s name', () => {
  const meant = (userId: string) => ({ ...sameOrigin, 'souk-expect-user': userId })

  it('is refused with 409 user_changed in the name of anybody else, and nothing is done', async () => {
    const handler = vi.fn(() => ({ size: 3 }))
    for (const [actor, via] of [
      [user, 'cookie'],
      [{ ...token, scopes: ['yank'] }, 'bearer'],
    ] as const) {
      const request = new Request('http://souk.test/api/things', {
        method: 'POST',
        body: '{"size":3}',
        headers: meant('7b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968'),
      })
      const response = await routeHandler(
        writeThing,
        handler,
        setUp(actor, via).dependencies,
      )(request, noParams)
      expect(await problemOf(response)).toMatchObject({ status: 409, code: 'user_changed' })
    }
    expect(handler).not.toHaveBeenCalled()
  })

  it('is done in theirs, however the id is spelled, and in nobody’s name for want of a session', async () => {
    for (const id of [user.userId, user.userId.toUpperCase()]) {
      expect((await write('{"size":3}', { headers: meant(id) }).response).status).toBe(201)
    }
    const nobody = write('{"size":3}', { headers: meant(user.userId), actor: anonymous, via: 'none' })
    expect((await problemOf(await nobody.response)).code).toBe('unauthenticated')
  })
})

describe('access', () => {
  const ask = (endpoint: typeof readMine | typeof operate, actor: Actor) => {
    const handler = routeHandler(endpoint, () => ({ ok: true }), setUp(actor, 'bearer').dependencies)
    return handler(new Request('http://souk.test/api/mine'), noParams)
  }

  it('is refused to nobody with 401 and how to authenticate', async () => {
    const response = await ask(readMine, anonymous)
    expect((await problemOf(response)).code).toBe('unauthenticated')
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('to the operators’ endpoints is refused to others with 403', async () => {
    expect((await problemOf(await ask(operate, user))).code).toBe('forbidden')
    expect((await ask(operate, { ...user, appRole: 'operator' })).status).toBe(200)
  })

  it('by an API token needs the scope: `read` to read', async () => {
    expect((await ask(readMine, token)).status).toBe(200)
    expect((await problemOf(await ask(readMine, { ...token, scopes: ['yank'] }))).code).toBe(
      'insufficient_scope',
    )
  })

  it('by an API token needs the endpoint’s scope to write', async () => {
    const headers = { 'content-type': 'application/json' }
    const refused = await write('{"size":3}', { headers, actor: token, via: 'bearer' }).response
    expect((await problemOf(refused)).code).toBe('insufficient_scope')
  })

  it('by any API token is refused to a write that names no scope', async () => {
    const unscoped = { ...writeThing, scope: undefined }
    const every: TokenActor = { ...token, scopes: ['publish:new', 'publish:update', 'yank', 'read'] }
    const handler = routeHandler(unscoped, () => ({ size: 1 }), setUp(every, 'bearer').dependencies)
    const init = { method: 'POST', body: '{"size":1}', headers: { 'content-type': 'application/json' } }
    const response = await handler(new Request('http://souk.test/api/things', init), noParams)
    expect((await problemOf(response)).code).toBe('insufficient_scope')
  })

  it('is decided before the body is read', async () => {
    const response = await write('not json', { actor: anonymous, via: 'none' }).response
    expect(response.status).toBe(401)
  })

  it('that is public does not look at credentials', async () => {
    const { dependencies } = setUp(user, 'cookie')
    await routeHandler(
      readThing,
      getThing,
      dependencies,
    )(new Request('http://souk.test/api/things/lamp'), thingParams)
    expect(dependencies.resolveCaller).not.toHaveBeenCalled()
  })
})

describe('a failure', () => {
  const failWith = async (error: Error) => {
    const { dependencies, failures } = setUp()
    const handler = routeHandler(
      readThing,
      () => {
        throw error
      },
      dependencies,
    )
    const response = await handler(new Request('http://souk.test/api/things/lamp'), thingParams)
    return { response, failures }
  }

  it('that nobody foresaw is a 500 that tells nothing and is logged whole', async () => {
    const error = new Error('password=hunter2 at /srv/secret.ts')
    const { response, failures } = await failWith(error)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 500, code: 'internal' })
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret|stack/)
    expect(failures).toEqual([error])
  })

  it('that a verb raised is its own problem and no failure of ours', async () => {
    const { response, failures } = await failWith(new Problem('not_found', 'No such thing.'))
    expect(await problemOf(response)).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: 'No such thing.',
    })
    expect(failures).toEqual([])
  })

  it('keeps the headers of its problem', async () => {
    const { response } = await failWith(
      new Problem('rate_limited', 'Slow down.', { headers: { 'retry-after': '9' } }),
    )
    expect(response.headers.get('retry-after')).toBe('9')
  })
})

describe('an answer', () => {
  const answer = async (result: unknown, validates = true) => {
    const { dependencies, failures } = setUp()
    // The type would refuse these: what is tested is what happens to code that got past it.
    const handler = (() => result) as unknown as Handler<typeof readThing>
    const route = routeHandler(readThing, handler, { ...dependencies, validatesOutput: () => validates })
    return { response: await route(new Request('http://souk.test/api/things/lamp'), thingParams), failures }
  }

  it.each([
    ['lacks a field', { query: 1 }, /name/],
    ['has a field too many', { name: 'lamp', query: {}, secret: 1 }, /undeclared \$\.secret/],
    ['has an undeclared status', reply(418, {}), /418/],
  ])('that %s is a 500 whose log says so', async (_, result, message) => {
    const { response, failures } = await answer(result)
    expect(response.status).toBe(500)
    expect(String(failures[0])).toMatch(message)
  })

  it('is not checked again in production', async () => {
    const { response } = await answer({ name: 'lamp', query: {}, secret: 1 }, false)
    expect(response.status).toBe(200)
  })

  it('carries a strong ETag of its bytes and its policy', async () => {
    const first = await read()
    expect(first.headers.get('etag')).toMatch(/^"[\w-]{43}"$/)
    expect(first.headers.get('cache-control')).toContain('public, max-age=60, s-maxage=60')
    expect((await read()).headers.get('etag')).toBe(first.headers.get('etag'))
    expect((await read('?limit=1')).headers.get('etag')).not.toBe(first.headers.get('etag'))
  })

  it.each([(tag: string) => tag, (tag: string) => `W/${tag}`, (tag: string) => `"other", ${tag}`, () => '*'])(
    'that the client already has is a 304 without a body (%#)',
    async (ifNoneMatch) => {
      const etag = (await read()).headers.get('etag') ?? ''
      const response = await read('', { headers: { 'if-none-match': ifNoneMatch(etag) } })
      expect(response.status).toBe(304)
      expect(await response.text()).toBe('')
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('cache-control')).toContain('s-maxage')
    },
  )

  it('is sent in full when the client has another', async () => {
    expect((await read('', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('to HEAD has the headers of GET and no body', async () => {
    const [head, get] = [await read('', { method: 'HEAD' }), await read()]
    expect(head.status).toBe(200)
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
    expect(await head.text()).toBe('')
  })

  it('of a handler’s own making keeps its headers and gets the request id', async () => {
    const { response } = await answer(
      new Response('bytes', { headers: { 'cache-control': 'public, immutable' } }),
    )
    expect(response.headers.get('cache-control')).toBe('public, immutable')
    expect(response.headers.get('x-request-id')).not.toBeNull()
    expect(await response.text()).toBe('bytes')
  })
})

describe('a request id', () => {
  it('is taken from the client when well-formed', async () => {
    const response = await read('', { headers: { 'x-request-id': 'trace-0123.AB_c' } })
    expect(response.headers.get('x-request-id')).toBe('trace-0123.AB_c')
  })

  it.each(['short', 'x'.repeat(65), 'has space in it', 'inject"quote'])('%j is replaced', async (given) => {
    const id = (await read('', { headers: { 'x-request-id': given } })).headers.get('x-request-id')
    expect(id).not.toBe(given)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })
})

it('logs one line a request, without input, tokens or cookies', async () => {
  const { response, events } = write('{"size":424242}', {
    headers: { ...sameOrigin, cookie: 'souk-session=secret', authorization: 'Bearer secret' },
  })
  await response
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ method: 'POST', path: '/api/things', status: 201, actor: 'user' })
  expect(JSON.stringify(events)).not.toMatch(/secret|424242/)
})

it('refuses a malformed Idempotency-Key and hands on a good one', async () => {
  const { dependencies } = setUp()
  const seen: (string | null)[] = []
  const handler: Handler<typeof readThing> = (input) => {
    seen.push(input.idempotencyKey)
    return getThing(input)
  }
  const ask = (key: string) =>
    routeHandler(
      readThing,
      handler,
      dependencies,
    )(new Request('http://souk.test/api/things/lamp', { headers: { 'idempotency-key': key } }), thingParams)
  expect((await ask('a-good-key')).status).toBe(200)
  expect((await ask('two words')).status).toBe(400)
  expect((await ask('k'.repeat(256))).status).toBe(400)
  expect(seen).toEqual(['a-good-key'])
})

describe('a request with an Idempotency-Key', () => {
  async function fingerprints(
    spec: typeof writeThing,
    via: { actor: Actor; key?: string },
    ...requests: { body: string; path?: string }[]
  ): Promise<string[]> {
    const { dependencies } = setUp(via.actor, 'bearer')
    const once = vi.fn<Once>((_attempt, run) => run())
    const route = routeHandler(spec, ({ body }) => ({ size: body.size }), { ...dependencies, once })
    for (const { body, path = '/api/things' } of requests) {
      const headers = new Headers({ 'content-type': 'application/json' })
      if (via.key !== undefined) headers.set('idempotency-key', via.key)
      await route(new Request(`http://souk.test${path}`, { method: 'POST', headers, body }), noParams)
    }
    return once.mock.calls.map(([attempt]) => attempt.fingerprint.toString('hex'))
  }

  it('is known again by method, address and body, byte for byte, and not before it was understood', async () => {
    const [first, same, other] = await fingerprints(
      writeThing,
      { actor: user, key: 'k' },
      { body: '{"size":1}' },
      { body: '{"size":1}' },
      { body: '{"size": 1}' },
      { body: '{"size":"no"}' },
    )
    expect(first).toBe(same)
    expect(other).not.toBe(first)
    const refused = { body: '{"size":"no"}' }
    expect(await fingerprints(writeThing, { actor: user, key: 'k' }, refused)).toEqual([])
  })

  it('costs nothing without the key, for nobody in particular, and where the verb keeps its own answers', async () => {
    const sent = { body: '{"size":1}' }
    expect(await fingerprints(writeThing, { actor: user }, sent)).toEqual([])
    const open = { ...writeThing, access: 'optional' as const } as unknown as typeof writeThing
    expect(await fingerprints(open, { actor: anonymous, key: 'k' }, sent)).toEqual([])
    expect(await fingerprints(open, { actor: user, key: 'k' }, sent)).toHaveLength(1)
    const own = { ...writeThing, idempotency: 'own' as const }
    expect(await fingerprints(own, { actor: user, key: 'k' }, sent)).toEqual([])
  })
})

describe('a declaration that contradicts itself is refused', () => {
  it.each([
    ['caching what depends on the caller', { ...readMine, cache: 'hot' as const }],
    [
      'caching a write',
      { ...writeThing, access: 'public' as const, scope: undefined, cache: 'hot' as const },
    ],
    ['params that are not in the path', { ...readThing, params: z.object({ title: z.string() }) }],
    ['a scope without a caller', { ...readThing, scope: 'read' as const }],
  ])('%s', (_, spec) => {
    expect(() => defineEndpoint(spec)).toThrow(spec.path)
  })
})

describe('an answer for everybody, of an endpoint that for some has another', () => {
  it('may be kept and asked for again by its tag; the other may not', () => {
    const page = { ok: true } as const
    const everybody = respondTo(readMine, () => publicReply(page, 'hot'))
    expect(everybody.headers.get('cache-control')).toMatch(/^public, max-age=0, s-maxage=60,/)
    const etag = everybody.headers.get('etag') ?? ''
    expect(respondTo(readMine, () => publicReply(page, 'hot'), etag).status).toBe(304)
    const own = respondTo(readMine, () => page)
    expect(own.headers.get('cache-control')).toBe('no-store')
    expect(own.headers.get('etag')).toBeNull()
  })

  function respondTo(endpoint: typeof readMine, answer: () => ResultOf<typeof readMine>, etag = '') {
    const request = new Request('https://souk.test/api/mine', { headers: { 'if-none-match': etag } })
    return respond(endpoint, request, answer(), { requestId: 'request-1', validateOutput: true })
  }
})
