/**
 * That nothing made for one person reaches another, through the real pages and API with every cache in front: random
 * requests of several people and strangers, with random headers. Each person is known by marks that only they may see.
 */
import { randomUUID } from 'node:crypto'
import { type APIRequestContext, expect, test } from '@playwright/test'
import fc from 'fast-check'
import { openSeller } from '../fixtures/seller.ts'
import { manifestOf } from '../fixtures/manifest.ts'

interface Person {
  headers: Record<string, string>
  /** Nobody else may be sent these. */
  marks: string[]
}

interface Asking {
  method?: string
  headers?: Record<string, string>
}

/** Of 6 to 12 requests at once each. */
const RUNS = 45
const STRANGER: Person = { headers: {}, marks: [] }

/** A seller with a package that only they may see, and an address that is nobody's business. */
async function person(request: APIRequestContext): Promise<{ who: Person; hidden: string }> {
  const seller = await openSeller(request)
  const authorization = `Bearer ${seller.accessToken}`
  const word = `secret${randomUUID().slice(0, 8)}`
  const hidden = `${seller.namespace}/hidden`
  const published = await request.post('/api/v1/packages', {
    headers: { authorization, 'content-type': 'application/yaml' },
    data: manifestOf(hidden, { description: `Only for ${word}.` }),
  })
  expect(published.status()).toBe(201)
  const withdrawn = await request.patch(`/api/packages/${hidden}`, {
    headers: { authorization },
    data: { isAvailable: false },
  })
  expect(withdrawn.status()).toBe(200)
  return { who: { headers: { authorization }, marks: [word] }, hidden }
}

// What chance has found once is found, and other requests would be tried the next time.
test.describe.configure({ retries: 0 })

test('no answer that was made for one person reaches another, whatever they ask and send', async ({
  playwright,
  request,
  baseURL,
}) => {
  test.setTimeout(120_000)
  const people = [await person(request), await person(request)]
  const owned = people.flatMap(({ hidden }) => [
    `/packages/${hidden}`,
    `/packages/${hidden}/versions`,
    `/api/packages/${hidden}`,
    `/api/v1/packages/${hidden}`,
    `/api/v1/packages/${hidden}/latest`,
    `/api/v1/packages/${hidden}/dependents`,
    `/api/v1/packages/${hidden}/1.0.0/download`,
    `/api/v1/packages/${hidden}/latest/download`,
  ])
  const paths = [
    ...owned,
    ...['/', '/search', '/packages/house/code-review', '/api/packages/house/code-review', '/api/viewer'],
    ...['/api/marketplace', '/api/wallet', '/api/purchases', '/library', '/api/v1/tokens'],
  ]
  const askers = [...people.map(({ who }) => who), STRANGER, STRANGER]
  // Contexts of their own keep no cookies of each other's.
  const clients = await Promise.all(
    askers.map(() => playwright.request.newContext({ baseURL: baseURL ?? '' })),
  )
  const header = fc.tuple(
    fc.constantFrom(
      ...['accept', 'accept-language', 'cache-control', 'pragma', 'if-none-match', 'range', 'referer'],
      ...['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-original-url', 'x-souk-inner', 'vary'],
      ...['rsc', 'next-router-prefetch', 'x-middleware-subrequest', 'x-http-method-override', 'cookie'],
    ),
    fc.constantFrom(
      '*',
      '1',
      'text/html',
      'no-cache',
      'max-age=0',
      'a=b',
      'souk-session=nonsense',
      '127.0.0.1',
    ),
  )
  const step = fc.record({
    asker: fc.nat(askers.length - 1),
    path: fc.constantFrom(...paths),
    suffix: fc.constantFrom('', '', '', '?', '?limit=3'),
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    headers: fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name }),
  })
  const seen = new Set<string>()
  const ask = async (index: number, path: string, { method = 'GET', headers }: Asking = {}) => {
    const who = askers[index] ?? STRANGER
    const answer = await clients[index]?.fetch(path, {
      method,
      headers: { ...headers, ...who.headers },
      maxRedirects: 0,
    })
    const told = `${await answer?.text()} ${JSON.stringify(answer?.headers())}`
    if (who.marks.some((mark) => told.includes(mark))) seen.add(path)
    for (const other of people) {
      if (other.who === who) continue
      for (const mark of other.who.marks) expect(told, `${method} ${path}`).not.toContain(mark)
    }
  }
  // All at once for each address, in every order of who comes first.
  for (const path of paths) {
    for (const first of askers.keys()) {
      const order = [...askers.keys()].map((index) => (index + first) % askers.length)
      await Promise.all(order.map((index) => ask(index, path)))
    }
  }
  // Otherwise it would show nothing: what is hidden from others, its owner was sent.
  for (const { hidden } of people) {
    expect(seen).toContain(`/api/packages/${hidden}`)
    expect(seen).toContain(`/api/v1/packages/${hidden}`)
  }
  seen.clear()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
      await Promise.all(
        steps.map(({ asker, path, suffix, method, headers }) =>
          ask(asker, `${path}${suffix}`, { method, headers: Object.fromEntries(headers) }),
        ),
      )
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
  expect(seen.size).toBeGreaterThan(0)
  for (const client of clients) await client.dispose()
})
