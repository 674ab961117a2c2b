/** The catalogue's part of the HTTP contract, as a program meets it. */
import { createHash } from 'node:crypto'
import { type APIResponse, expect, test } from '@playwright/test'
import { operator, type Person, shopper } from '../fixtures/account.ts'
import { accessTokenOf } from '../fixtures/seller.ts'

interface Card {
  handle: string
  price: { amount: number; currency: string }
}
interface Listing {
  items: Card[]
  meta: {
    total: number
    nextCursor: string | null
    limit: number
    offset: number
    catalog: string
    tags: unknown[]
  }
}

const CARD_FIELDS = [
  'handle',
  'name',
  'summary',
  'kind',
  'productType',
  'price',
  'category',
  'store',
  'iconUrl',
  'latestVersion',
  'tags',
  'rating',
  'soldCount',
  'viewCount',
  'downloadCount',
  'registry',
  'createdAt',
  'updatedAt',
]

async function json<T>(answer: APIResponse): Promise<T> {
  return (await answer.json()) as T
}

test('the home shelves hold whole cards and counted categories', async ({ request }) => {
  const answer = await request.get('/api/marketplace/home')
  expect(answer.status()).toBe(200)
  expect(answer.headers()['x-request-id']).toBeTruthy()
  const home = await json<
    Record<'hot' | 'newArrivals' | 'featured' | 'topRated', Card[]> & {
      categories: unknown[]
      refreshedAt: string
    }
  >(answer)
  for (const shelf of [home.hot, home.newArrivals, home.featured, home.topRated]) {
    expect(shelf.length).toBeGreaterThan(0)
    for (const card of shelf) expect(Object.keys(card)).toEqual(expect.arrayContaining(CARD_FIELDS))
  }
  expect(home.categories.length).toBeGreaterThanOrEqual(16)
  expect(Date.parse(home.refreshedAt)).not.toBeNaN()
})

test('a cursor walks the whole catalogue once, whatever the order', async ({ request }) => {
  const { meta } = await json<Listing>(await request.get('/api/marketplace?limit=1'))
  expect(meta.total).toBeGreaterThanOrEqual(464 + 12)
  for (const sort of ['hot', 'new', 'name', 'handle', 'rating', 'price']) {
    const handles: string[] = []
    let cursor: string | null = null
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`
      const page: Listing = await json<Listing>(
        await request.get(
          `/api/marketplace?sort=${sort}&limit=200&registryUrl=local&seller=mcp-registry${next}`,
        ),
      )
      handles.push(...page.items.map(({ handle }) => handle))
      cursor = page.meta.nextCursor
    } while (cursor !== null)
    expect(handles.length, sort).toBe(464)
    expect(new Set(handles).size, sort).toBe(464)
  }
})

test('filters narrow, and combine as AND', async ({ request }) => {
  const paid = await json<Listing>(await request.get('/api/marketplace?price=paid&limit=200'))
  expect(paid.items.length).toBeGreaterThan(0)
  expect(paid.items.every(({ price }) => price.amount > 0)).toBe(true)
  const one = await json<Listing>(await request.get('/api/marketplace?tags=registry:npm&limit=200'))
  const both = await json<Listing>(
    await request.get('/api/marketplace?tags=registry:npm&tags=source:mcp-registry&limit=200'),
  )
  expect(both.meta.total).toBeLessThanOrEqual(one.meta.total)
  expect(both.meta.total).toBeGreaterThan(0)
})

test('nonsense in the query is a 400 that names the parameter, never a 500', async ({ request }) => {
  for (const [query, path] of [
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=many', 'limit'],
    ['offset=10001', 'offset'],
    ['sort=up', 'sort'],
    ['kind=spell', 'kind'],
    ['price=cheap', 'price'],
    ['tags=nocolon', 'tags[0]'],
    ['cursor=abc', 'cursor'],
    ['unknown=1', 'unknown'],
    ['q=a&q=b', 'q'],
  ] as const) {
    const answer = await request.get(`/api/marketplace?${query}`)
    expect(answer.status(), query).toBe(400)
    expect(answer.headers()['content-type'], query).toContain('application/problem+json')
    const problem = await json<{ code: string; issues: { path: string }[] }>(answer)
    expect(
      problem.issues.map((issue) => issue.path),
      query,
    ).toContain(path)
  }
  for (const q of ["'", '"', '\\', '%00', '((', 'a&|!', ':*', '<script>', '🦆', '-', '--', 'x'.repeat(200)]) {
    const answer = await request.get(`/api/marketplace?q=${encodeURIComponent(q)}`)
    expect([200, 400], q).toContain(answer.status())
  }
})

test('a public answer has a strong validator and is not sent twice', async ({ request }) => {
  for (const path of [
    '/api/marketplace/home',
    '/api/marketplace?limit=5',
    '/api/categories',
    '/api/stores/demo',
    '/api/packages/house/fetch-mcp',
  ]) {
    const first = await request.get(path)
    const { etag = '' } = first.headers()
    expect(etag, path).toMatch(/^"[\w+/=-]+"$/)
    expect(first.headers()['cache-control'], path).toContain('public')
    const again = await request.get(path, { headers: { 'if-none-match': etag } })
    expect(again.status(), path).toBe(304)
    expect((await again.body()).length, path).toBe(0)
  }
})

test('a download is byte-exact, named, hashed and revalidates', async ({ request }) => {
  const base = '/api/v1/packages/house/code-review'
  const found = await json<{
    latest: string
    versions: { version: string; sha256: string; sizeBytes: number }[]
  }>(await request.get(base))
  expect(found.versions.map(({ version }) => version)[0]).toBe(found.latest)
  for (const wanted of ['latest', '^2.0.0', found.latest.replace(/\.\d+$/, '.x')]) {
    const redirect = await request.get(`${base}/${encodeURIComponent(wanted)}/download`, { maxRedirects: 0 })
    expect(redirect.status(), wanted).toBe(302)
    expect(redirect.headers().location, wanted).toContain(`/${found.latest}/download`)
  }
  for (const { version, sha256, sizeBytes } of found.versions) {
    const answer = await request.get(`${base}/${version}/download`)
    const bytes = await answer.body()
    const digest = createHash('sha256').update(bytes)
    expect(bytes.length).toBe(sizeBytes)
    expect(answer.headers()).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable, s-maxage=60, no-transform',
      // A quarantine must reach what CDNs hold.
      'cdn-cache-control': expect.stringContaining('max-age=60'),
      'content-type': 'text/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="code-review-${version}.yaml"`,
      etag: `"${sha256}"`,
      digest: `sha-256=${digest.copy().digest('base64')}`,
    })
    expect(digest.digest('hex')).toBe(sha256)
    const again = await request.get(`${base}/${version}/download`, {
      headers: { 'if-none-match': `"${sha256}"` },
    })
    expect(again.status()).toBe(304)
    const head = await request.head(`${base}/${version}/download`)
    expect(head.status()).toBe(200)
    expect(head.headers().etag).toBe(`"${sha256}"`)
  }
})

test('what is not there is one and the same 404', async ({ request }) => {
  for (const path of [
    '/api/packages/nobody/nothing',
    '/api/v1/packages/nobody/nothing',
    '/api/v1/packages/house/code-review/9.9.9/download',
    '/api/v1/packages/house/code-review/%5E9/download',
    '/api/stores/nowhere',
    '/api/no/such/thing',
  ]) {
    const answer = await request.get(path)
    expect(answer.status(), path).toBe(404)
    expect((await json<{ code: string }>(answer)).code, path).toBe('not_found')
  }
})

test('an address answers other methods with 405 and what it takes', async ({ request }) => {
  const answer = await request.delete('/api/marketplace')
  expect(answer.status()).toBe(405)
  expect(answer.headers().allow).toContain('GET')
})

test('health needs no database, readiness names each dependency', async ({ request }) => {
  expect((await request.get('/api/health')).status()).toBe(200)
  const ready = await json<{ status: string; dependencies: Record<string, { state: string }> }>(
    await request.get('/api/health/ready'),
  )
  expect(ready.status).toBe('ready')
  expect(ready.dependencies.database?.state).toBe('up')
  expect(ready.dependencies.auth?.state).toBe('up')
})

test('pages and answers forbid what an attacker would want', async ({ request }) => {
  const page = await request.get('/')
  const policy = page.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe-eval')
  expect(/script-src[^;]*unsafe-inline/.test(policy)).toBe(false)
  expect(page.headers()['x-content-type-options']).toBe('nosniff')
  const answer = await request.get('/api/categories')
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'")
})

test('only operators are told how packages are ranked, one explanation for each', async ({
  request,
  playwright,
}) => {
  const path = '/api/marketplace?q=server&limit=5&explain=1'
  const anonymous = await request.get(path)
  expect(anonymous.status()).toBe(401)
  expect((await json<{ code: string }>(anonymous)).code).toBe('unauthenticated')
  const asPerson = async (person: Person) => {
    const context = await playwright.request.newContext({
      baseURL: new URL(anonymous.url()).origin,
      extraHTTPHeaders: { authorization: `Bearer ${await accessTokenOf(request, person)}` },
    })
    const answer = await context.get(path)
    const body = await json<{ code?: string; items: Card[]; meta: { scores: Record<string, number>[] } }>(
      answer,
    )
    await context.dispose()
    return { answer, body }
  }
  const refused = await asPerson(shopper)
  expect([refused.answer.status(), refused.body.code]).toEqual([403, 'forbidden'])
  const { answer, body } = await asPerson(operator)
  expect(answer.status()).toBe(200)
  expect(answer.headers()['cache-control']).toBe('no-store')
  expect(body.items).toHaveLength(5)
  expect(body.meta.scores).toHaveLength(5)
  for (const score of body.meta.scores) expect(score.popularity).toBeGreaterThanOrEqual(0)
})
