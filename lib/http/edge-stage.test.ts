import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEdgeStage } from './edge-stage.ts'

const PUBLIC = 'public, max-age=0, s-maxage=60, stale-while-revalidate=120, stale-if-error=3600'

interface Made {
  status?: number
  headers?: Record<string, string>
  body?: string
}

describe('the cache in front', () => {
  let nowMs = 0
  let made: (request: IncomingMessage) => Made | Promise<Made>
  let asked: string[] = []
  let sent: string[] = []
  let purge: (tags: readonly string[]) => void
  let port = 0
  let connections: () => number
  let close: () => Promise<unknown>

  beforeEach(async () => {
    nowMs = 0
    asked = []
    sent = []
    made = () => ({})
    const edge = createEdgeStage({
      maxBytes: 1_048_576,
      secret: 'secret',
      host: 'souk.test',
      mayKeep: (pathname) => !pathname.startsWith('/auth'),
      isForEverybody: (pathname) => pathname.startsWith('/page'),
      tagsOf: (pathname) => (pathname.startsWith('/page') ? ['all', pathname.slice(1)] : []),
      onPurge: (drop) => (purge = drop),
      onSent: (url) => sent.push(url),
      nowMs: () => nowMs,
    })
    let count = 0
    connections = () => count
    const server = createServer((request, response) => {
      count += 1
      edge(request, response, (inner = request, answer = response) => {
        asked.push(inner.url ?? '')
        void Promise.resolve(made(inner)).then(
          ({ status = 200, headers = {}, body = 'x'.repeat(2_000) }) =>
            answer
              .writeHead(status, { 'cache-control': PUBLIC, 'content-type': 'text/plain', ...headers })
              .end(body),
          () => answer.destroy(),
        )
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    close = () => new Promise((resolve) => server.close(resolve))
  })
  afterEach(() => close())

  interface Got {
    status: number
    headers: IncomingHttpHeaders
    body: Buffer
  }

  function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
    return new Promise((resolve, reject) => {
      httpRequest({ port, path, headers, method, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      })
        .on('error', reject)
        .end()
    })
  }

  it('never gives to one person what was made for another, whatever the headers and however careless the origin', async () => {
    // Tells everybody all it knows about whoever asks, and calls it public.
    made = ({ method, url, headers }) => {
      const { 'x-request-id': _, 'x-souk-inner': __, ...told } = headers
      return {
        body: JSON.stringify({ method, url, told }),
        headers: { vary: headers.cookie === undefined ? 'accept-encoding' : 'cookie' },
      }
    }
    const name = fc.constantFrom(
      ...[
        'cookie',
        'authorization',
        'accept',
        'accept-language',
        'origin',
        'referer',
        'user-agent',
        'x-nonce',
      ],
      ...['x-http-method-override', 'x-original-url', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'range'],
      ...[
        'if-none-match',
        'cache-control',
        'pragma',
        'rsc',
        'next-action',
        'x-souk-inner',
        'x-middleware-subrequest',
      ],
    )
    const value = fc.constantFrom(
      'souk-session=%',
      '__Host-souk-session.0=%',
      'a=b; souk-session=%',
      'Bearer %',
      '%',
    )
    const request = fc.record({
      path: fc.constantFrom(
        '/page',
        '/page?a',
        '/page/1',
        '/api/things',
        '/api/things?cookie=souk-session',
        '/',
      ),
      method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
      headers: fc.uniqueArray(fc.tuple(name, value), { maxLength: 5, selector: ([key]) => key }),
      waitMs: fc.constantFrom(0, 0, 0, 61_000, 200_000),
      isTogether: fc.boolean(),
    })
    let person = 0
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 8 }), async (requests) => {
        purge(['*'])
        const under: Promise<void>[] = []
        for (const { path, method, headers, waitMs, isTogether } of requests) {
          nowMs += waitMs
          const own = `person${++person}!`
          const given = Object.fromEntries(headers.map(([key, text]) => [key, text.replace('%', own)]))
          const check = get(path, given, method).then(({ headers: answered, body }) => {
            const seen = `${body.toString()} ${JSON.stringify(answered)}`
            for (const [known] of seen.matchAll(/person\d+!/g)) expect(known).toBe(own)
          })
          under.push(check)
          if (!isTogether) await check
        }
        await Promise.all(under)
      }),
      { numRuns: 150 },
    )
  }, 30_000)

  it('asks once for all who want the same at once, and then no more while it is fresh', async () => {
    await Promise.all(Array.from({ length: 20 }, () => get('/page')))
    nowMs = 59_000
    const { headers } = await get('/page')
    expect(asked).toEqual(['/page'])
    expect(headers).toMatchObject({ age: '59', 'cache-status': 'souk; hit' })
    expect(sent).toHaveLength(21)
  })

  it('serves what has just grown old while it asks for it anew', async () => {
    made = () => ({ body: `version ${asked.length}` })
    await get('/page')
    nowMs = 61_000
    expect((await get('/page')).body.toString()).toBe('version 1')
    await expect.poll(async () => (await get('/page')).body.toString()).toBe('version 2')
    expect(asked).toHaveLength(2)
  })

  it('serves what it has, and says that it is stale, while the origin fails; and nobody waits for it twice', async () => {
    await get('/page')
    nowMs = 400_000
    made = () => ({ status: 503, headers: { 'cache-control': 'no-store' } })
    const first = await get('/page')
    expect(first).toMatchObject({ status: 200, headers: { age: '400', 'cache-status': 'souk; fwd=stale' } })
    expect(first.headers.warning).toContain('111')
    expect((await get('/page')).status).toBe(200)
    expect(asked).toHaveLength(2)
    made = () => Promise.reject(new Error('gone'))
    nowMs += 3_000
    expect((await get('/page')).status).toBe(200)
    nowMs = 4_000_000
    made = () => ({ status: 503, headers: { 'cache-control': 'no-store' } })
    expect((await get('/page')).status).toBe(503)
  })

  it.each<[string, Made]>([
    ['is private', { headers: { 'cache-control': 'private, max-age=60' } }],
    ['must not be stored', { headers: { 'cache-control': 'no-store' } }],
    ['sets a cookie', { headers: { 'set-cookie': 'souk-session=a' } }],
    ['differs by what the edge does not tell apart', { headers: { vary: 'origin' } }],
    ['differs by everything', { headers: { vary: '*' } }],
    ['says nothing of how long it lasts', { headers: { 'cache-control': 'public' } }],
    ['is a failure', { status: 404 }],
  ])('keeps nothing that %s', async (_, answer) => {
    made = () => answer
    await get('/page')
    await get('/page')
    expect(asked).toHaveLength(2)
  })

  const passing: Record<string, string>[] = [
    { authorization: 'Bearer a' },
    { range: 'bytes=0-1' },
    { rsc: '1' },
    { 'next-action': 'a' },
    { 'if-match': '"a"' },
  ]
  it.each(passing)('lets %j pass untouched', async (headers) => {
    await get('/page')
    made = ({ headers: given }) => ({
      body: Object.keys(headers)
        .map((name) => given[name])
        .join(),
    })
    expect((await get('/page', headers)).body.toString()).toBe(Object.values(headers).join())
  })

  it('asks nothing of its own where asking does something', async () => {
    made = ({ headers }) => ({ body: headers['user-agent'] ?? 'nobody' })
    for (let round = 1; round <= 2; round += 1) {
      const answer = await get('/auth/confirm?token=a', { 'user-agent': 'mine' })
      expect(answer.body.toString()).toBe('mine')
      expect(asked).toHaveLength(round)
    }
  })

  it('gives somebody with a session what is declared to be for everybody, and lets all else pass', async () => {
    made = ({ headers }) => ({ body: headers.cookie ?? 'nobody' })
    const cookie = 'a=b; souk-session=mine'
    for (const [path, seen] of [
      ['/page', 'nobody'],
      ['/api/things', cookie],
    ] as const) {
      await get(path)
      expect((await get(path, { cookie })).body.toString()).toBe(seen)
    }
    made = ({ headers }) => ({ body: headers.cookie ?? 'nobody', headers: { vary: 'Cookie' } })
    for (let round = 0; round < 2; round += 1) {
      expect((await get('/page/sold')).body.toString()).toBe('nobody')
      expect((await get('/page/sold', { cookie })).body.toString()).toBe(cookie)
    }
  })

  it('holds bodies ready compressed, each with a strong tag of its own, and answers 304 in any of them', async () => {
    const body = 'Souk '.repeat(1_000)
    made = () => ({ body, headers: { etag: '"abc"' } })
    const plain = await get('/page')
    const zipped = await get('/page', { 'accept-encoding': 'gzip' })
    const squeezed = await get('/page', { 'accept-encoding': 'gzip, br;q=1' })
    expect(plain.body.toString()).toBe(body)
    expect(gunzipSync(zipped.body).toString()).toBe(body)
    expect(brotliDecompressSync(squeezed.body).toString()).toBe(body)
    expect([plain, zipped, squeezed].map(({ headers }) => headers.etag)).toEqual([
      '"abc"',
      '"abc-gzip"',
      '"abc-br"',
    ])
    for (const tag of ['"abc-br"', 'W/"abc-br"', '"other", "abc-br"', '*']) {
      const again = await get('/page', { 'if-none-match': tag, 'accept-encoding': 'br' })
      expect(again).toMatchObject({ status: 304, headers: { etag: '"abc-br"', vary: 'accept-encoding' } })
      expect(again.body).toHaveLength(0)
    }
    // Other bytes than those that would be sent.
    for (const tag of ['"abc"', '"abc-gzip"']) {
      expect((await get('/page', { 'if-none-match': tag, 'accept-encoding': 'br' })).status).toBe(200)
    }
    expect((await get('/page', { 'if-none-match': '"abd"' })).status).toBe(200)
    const head = await get('/page', {}, 'HEAD')
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '5000' } })
    expect(asked).toHaveLength(1)
  })

  it('sends plain what compressing does not make smaller, and what too few bytes are worth it for', async () => {
    for (const [path, body] of [
      ['/page', randomBytes(20_000).toString('base64url')],
      ['/page2', 'Souk '.repeat(20)],
    ] as const) {
      made = () => ({ body, headers: { etag: '"abc"' } })
      for (let round = 0; round < 2; round += 1) {
        const { headers, body: sent } = await get(path, { 'accept-encoding': 'br;q=0.5, gzip;q=0.1' })
        const isSmaller = headers['content-encoding'] === 'br'
        expect(headers.etag).toBe(isSmaller ? '"abc-br"' : '"abc"')
        expect((isSmaller ? brotliDecompressSync(sent) : sent).toString()).toBe(body)
        expect(sent.length).toBeLessThanOrEqual(body.length)
      }
    }
  })

  it('makes an encoding once for all who want it, whatever else is wanted beside', async () => {
    const body = 'Souk '.repeat(1_000)
    made = () => ({ body })
    const wanted = Array.from({ length: 30 }, (_, index) => ['br', 'gzip', 'identity'][index % 3] ?? '')
    const answers = await Promise.all(wanted.map((encoding) => get('/page', { 'accept-encoding': encoding })))
    expect(answers.map(({ headers }) => headers['content-encoding'] ?? 'identity')).toEqual(wanted)
    expect(new Set(answers.map(({ body: sent }) => sent.length)).size).toBe(3)
    expect(asked).toHaveLength(1)
  })

  it('sends as it is what nobody may transform', async () => {
    const body = 'Souk '.repeat(1_000)
    made = () => ({ body, headers: { etag: '"abc"', 'cache-control': 'public, max-age=60, no-transform' } })
    for (let round = 0; round < 2; round += 1) {
      const sent = await get('/page', { 'accept-encoding': 'br, gzip' })
      expect(sent.headers).toMatchObject({ etag: '"abc"', 'content-length': '5000' })
      expect(sent.headers['content-encoding']).toBeUndefined()
      expect(sent.headers.vary).toBeUndefined()
      expect(sent.body.toString()).toBe(body)
    }
  })

  it('drops by tag, also what was on its way when it was called back', async () => {
    made = ({ url }) => ({ body: `${url} ${asked.length}`, headers: { 'cache-tag': `all,${url?.slice(1)}` } })
    await get('/page1')
    await get('/page2')
    purge(['page1'])
    await get('/page1')
    await get('/page2')
    expect(asked).toEqual(['/page1', '/page2', '/page1'])

    let finish = () => {}
    const old = new Promise<Made>(
      (resolve) => (finish = () => resolve({ body: 'old', headers: { 'cache-tag': 'all' } })),
    )
    made = () => old
    const early = get('/page3')
    await expect.poll(() => asked.length).toBe(4)
    purge(['all'])
    made = () => ({ body: 'new' })
    expect((await get('/page3')).body.toString()).toBe('new')
    finish()
    await early
    expect((await get('/page3')).body.toString()).toBe('new')
  })

  it('asks a failing origin once for all who wait, and gives all of them its refusal', async () => {
    let fail = () => {}
    const failing = new Promise<Made>((resolve) => {
      fail = () => resolve({ status: 503, headers: { 'cache-control': 'no-store', 'retry-after': '5' } })
    })
    made = () => failing
    const cookie = 'souk-session=a'
    const under = [...Array.from({ length: 10 }, () => get('/page')), get('/page', { cookie })]
    await expect.poll(() => connections()).toBe(11)
    fail()
    for (const { status, headers } of await Promise.all(under)) {
      expect(status).toBe(503)
      expect(headers['retry-after']).toBe('5')
    }
    expect(asked).toEqual(['/page'])
  })

  it('does not send all who wait to an origin whose answer broke off', async () => {
    let fail = () => {}
    const failing = new Promise<Made>((_, reject) => (fail = () => reject(new Error('gone'))))
    made = () => failing
    const under = Array.from({ length: 10 }, () => get('/page').catch(() => null))
    await expect.poll(() => connections()).toBe(10)
    fail()
    const refused = (await Promise.all(under)).filter((answer) => answer?.status === 503)
    expect(refused).toHaveLength(9)
    // The first asks again for itself, past the cache.
    expect(asked).toEqual(['/page', '/page'])
  })

  it('gives a limit to the client alone that reached it', async () => {
    let refuse = () => {}
    const limited = new Promise<Made>((resolve) => {
      refuse = () => resolve({ status: 429, headers: { 'cache-control': 'no-store' } })
    })
    made = () => limited
    const first = get('/page')
    await expect.poll(() => connections()).toBe(1)
    const second = get('/page')
    await expect.poll(() => connections()).toBe(2)
    made = () => ({})
    refuse()
    expect([(await first).status, (await second).status]).toEqual([429, 200])
  })

  it('tells caches between here and there what is meant for them, not by what browsers are told', async () => {
    made = () => ({ headers: { 'cache-control': 'public, max-age=9', 'cdn-cache-control': 'max-age=100' } })
    await get('/page')
    nowMs = 99_000
    await get('/page')
    expect(asked).toHaveLength(1)
    nowMs = 101_000
    await get('/page')
    expect(asked).toHaveLength(2)
  })

  it('holds no more bytes than it may: the least recently used go', async () => {
    const body = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCharCode(33 + ((index * 7_919) % 90)),
    ).join('')
    made = () => ({ body })
    for (let index = 0; index < 60; index += 1) await get(`/page/${index}`)
    await get('/page/59')
    expect(asked).toHaveLength(60)
    await get('/page/0')
    expect(asked).toHaveLength(61)
  })

  it('names each answer by the id that its client gave, else by one of its own', async () => {
    const ids = [
      await get('/page'),
      await get('/page'),
      await get('/page', { 'x-request-id': 'client-1234' }),
    ]
    const [first, second, third] = ids.map(({ headers }) => headers['x-request-id'])
    expect(first).not.toBe(second)
    expect(third).toBe('client-1234')
  })
})
