/** Publishing over HTTP: what gets in, what is refused and with which words, and that a refusal writes nothing. */
import { createHash } from 'node:crypto'
import { type APIRequestContext, type APIResponse, expect, test } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'

interface ProblemAnswer {
  code: string
  status: number
  requestId: string
  detail: string
  issues?: { path: string; message: string; line?: number; column?: number }[]
}

let seller: SellerAccount
let token: string

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  token = await createToken(request, ['publish:new', 'publish:update', 'read'])
  await request.dispose()
})

async function createToken(request: APIRequestContext, scopes: string[]): Promise<string> {
  const answer = await request.post('/api/v1/tokens', {
    headers: { authorization: `Bearer ${seller.accessToken}` },
    data: { name: uniqueName('token'), scopes, expiresInDays: 1 },
  })
  expect(answer.status(), await answer.text()).toBe(201)
  const { secret } = (await answer.json()) as { secret: string }
  expect(secret).toMatch(/^souk_[0-9A-Za-z]{49}$/)
  return secret
}

function publish(request: APIRequestContext, yaml: string | Buffer, headers: Record<string, string> = {}) {
  return request.post('/api/v1/packages', {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/yaml', ...headers },
    data: yaml,
  })
}

const newHandle = () => `${seller.namespace}/${uniqueName('pkg')}`

async function expectProblem(answer: APIResponse, status: number, code: string): Promise<ProblemAnswer> {
  const problem = (await answer.json()) as ProblemAnswer
  expect(answer.status(), problem.detail).toBe(status)
  expect(answer.headers()['content-type']).toContain('application/problem+json')
  expect(problem).toMatchObject({ code, status })
  expect(answer.headers()['x-request-id']).toBe(problem.requestId)
  return problem
}

/** Nobody, its would-be owner included, finds anything under the handle. */
async function expectNothingAt(request: APIRequestContext, handle: string): Promise<void> {
  const found = await request.get(`/api/v1/packages/${handle}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await expectProblem(found, 404, 'not_found')
}

test('a version is published with a token, and its bytes come back as they were sent', async ({
  request,
}) => {
  const handle = newHandle()
  const yaml = `${manifestOf(handle)}# a closing remark, kept\r\n`
  const answer = await publish(request, yaml)
  expect(answer.status(), await answer.text()).toBe(201)
  expect(answer.headers()['x-request-id']).toBeTruthy()
  const sha256 = createHash('sha256').update(yaml).digest('hex')
  expect(await answer.json()).toMatchObject({
    package: { handle, status: 'approved', latestVersion: '1.0.0' },
    version: { version: '1.0.0', sha256, sizeBytes: Buffer.byteLength(yaml) },
  })
  const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
  expect(await download.text()).toBe(yaml)
  expect(download.headers().etag).toContain(sha256)
})

test('a version that exists is refused, even with the same bytes, and stays as it was', async ({
  request,
}) => {
  const handle = newHandle()
  const first = manifestOf(handle)
  expect((await publish(request, first)).status()).toBe(201)
  await expectProblem(await publish(request, first), 409, 'version_exists')
  const other = await publish(request, manifestOf(handle, { description: 'Something else.' }))
  await expectProblem(other, 409, 'version_exists')
  const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
  expect(await download.text()).toBe(first)
})

test('of two hundred who publish one version at the same moment exactly one does', async ({ request }) => {
  const handle = newHandle()
  const texts = Array.from({ length: 200 }, (_, index) => `${manifestOf(handle)}# racer ${index}\n`)
  const answers = await Promise.all(texts.map((text) => publish(request, text)))
  const won = texts.filter((_, index) => answers[index]?.status() === 201)
  expect(won).toHaveLength(1)
  expect(answers.filter((answer) => answer.status() === 409)).toHaveLength(199)
  const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
  expect(await download.text()).toBe(won[0])
})

test('a multipart form publishes into its category', async ({ request }) => {
  const handle = newHandle()
  const answer = await request.post('/api/v1/packages', {
    headers: { authorization: `Bearer ${token}` },
    multipart: {
      file: { name: 'm.yaml', mimeType: 'application/yaml', buffer: Buffer.from(manifestOf(handle)) },
      category: 'other',
    },
  })
  expect(answer.status(), await answer.text()).toBe(201)
  expect(await answer.json()).toMatchObject({ package: { handle, category: { slug: 'other' } } })
})

test('broken YAML is answered with line and column, and writes nothing', async ({ request }) => {
  const handle = newHandle()
  const broken = manifestOf(handle).replace('  tags: [language:en]', '  tags: [language:en')
  const { issues } = await expectProblem(await publish(request, broken), 422, 'invalid_manifest')
  expect(issues?.length).toBeGreaterThan(0)
  for (const issue of issues ?? []) {
    expect(issue.line).toBeGreaterThanOrEqual(8)
    expect(issue.column).toBeGreaterThanOrEqual(1)
  }
  await expectNothingAt(request, handle)
})

test('every fault of a manifest is named at its place', async ({ request }) => {
  const handle = newHandle()
  const faulty = manifestOf(handle)
    .replace('version: 1.0.0', 'version: 1.0')
    .replace('license: MIT', 'licence: MIT')
  const { issues } = await expectProblem(await publish(request, faulty), 422, 'invalid_manifest')
  expect(issues).toContainEqual(expect.objectContaining({ path: 'version', line: 2, column: 10 }))
  expect(issues).toContainEqual(expect.objectContaining({ path: 'metadata.licence', line: 7, column: 3 }))
  await expectNothingAt(request, handle)
})

for (const name of ['Capital', 'two--dashes', '-edge', 'white space', 'ünïcode', 'x'.repeat(65)]) {
  test(`the name "${name.slice(0, 12)}" is refused`, async ({ request }) => {
    const answer = await publish(request, manifestOf(`${seller.namespace}/${name}`))
    const { issues } = await expectProblem(answer, 422, 'invalid_manifest')
    expect(issues).toContainEqual(expect.objectContaining({ path: 'id', line: 1, column: 5 }))
  })
}

test('a namespace of somebody else, or of nobody, is refused and nothing is written', async ({ request }) => {
  for (const namespace of ['demo', uniqueName('unclaimed')]) {
    const handle = `${namespace}/${uniqueName('pkg')}`
    await expectProblem(await publish(request, manifestOf(handle)), 403, 'namespace_not_owned')
    await expectNothingAt(request, handle)
  }
})

test('a megabyte is refused unread', async ({ request }) => {
  const handle = newHandle()
  const huge = manifestOf(handle, { readme: 'x'.repeat(1024 * 1024) })
  await expectProblem(await publish(request, huge), 413, 'payload_too_large')
  await expectNothingAt(request, handle)
})

test('a manifest over 64 KiB is refused with words, although the body was read', async ({ request }) => {
  const handle = newHandle()
  const large = manifestOf(handle, { readme: 'x'.repeat(70 * 1024) })
  await expectProblem(await publish(request, large), 422, 'invalid_manifest')
  await expectNothingAt(request, handle)
})

test('without a token, with a wrong one or a malformed one there is 401', async ({
  playwright,
  baseURL,
  request,
}) => {
  const handle = newHandle()
  const anonymous = await playwright.request.newContext({ baseURL })
  for (const authorization of [undefined, `Bearer souk_${'a'.repeat(49)}`, 'Bearer ', 'Basic YTpi']) {
    const answer = await anonymous.post('/api/v1/packages', {
      headers: { 'content-type': 'application/yaml', ...(authorization ? { authorization } : {}) },
      data: manifestOf(handle),
    })
    await expectProblem(answer, 401, 'unauthenticated')
    expect(answer.headers()['www-authenticate']).toContain('Bearer')
  }
  await anonymous.dispose()
  await expectNothingAt(request, handle)
})

test('a token does no more than its scopes say', async ({ request }) => {
  const handle = newHandle()
  const updateOnly = { authorization: `Bearer ${await createToken(request, ['publish:update'])}` }
  const readOnly = { authorization: `Bearer ${await createToken(request, ['read'])}` }
  await expectProblem(await publish(request, manifestOf(handle), updateOnly), 403, 'insufficient_scope')
  await expectProblem(await publish(request, manifestOf(handle), readOnly), 403, 'insufficient_scope')
  await expectNothingAt(request, handle)
  expect((await publish(request, manifestOf(handle))).status()).toBe(201)
  const next = await publish(request, manifestOf(handle, { version: '1.1.0' }), updateOnly)
  expect(next.status(), await next.text()).toBe(201)
})

test('a session cookie publishes from our own pages only', async ({ playwright, baseURL, request }) => {
  const handle = newHandle()
  const browserLike = await playwright.request.newContext({ baseURL })
  const { name, value } = seller.cookie
  const send = (headers: Record<string, string>) =>
    browserLike.post('/api/v1/packages', {
      headers: { cookie: `${name}=${value}`, 'content-type': 'application/yaml', ...headers },
      data: manifestOf(handle),
    })
  await expectProblem(await send({ origin: 'https://evil.example' }), 403, 'csrf_failed')
  await expectProblem(await send({ origin: 'null' }), 403, 'csrf_failed')
  await expectProblem(await send({}), 403, 'csrf_failed')
  const own = new URL(baseURL ?? '').origin
  await expectProblem(await send({ origin: own, 'sec-fetch-site': 'cross-site' }), 403, 'csrf_failed')
  await expectNothingAt(request, handle)
  expect((await send({ origin: own })).status()).toBe(201)
  await browserLike.dispose()
})

test('what is not a manifest by its type, and unknown parameters, are refused', async ({ request }) => {
  const handle = newHandle()
  const asText = await publish(request, manifestOf(handle), { 'content-type': 'text/plain' })
  await expectProblem(asText, 415, 'unsupported_media_type')
  const odd = await request.post('/api/v1/packages?force=true', {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' },
    data: manifestOf(handle),
  })
  await expectProblem(odd, 400, 'bad_request')
  await expectNothingAt(request, handle)
})

test('a package keeps its kind', async ({ request }) => {
  const handle = newHandle()
  expect((await publish(request, manifestOf(handle))).status()).toBe(201)
  const other = `id: ${handle}\nversion: 2.0.0\nkind: app\nmetadata:\n  name: X\n  description: Y\n`
  await expectProblem(await publish(request, other), 422, 'kind_changed')
})

test('of twenty who publish one version at once, one succeeds', async ({ request }) => {
  const handle = newHandle()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      publish(request, manifestOf(handle, { description: `No. ${index}` })),
    ),
  )
  const statuses = answers.map((answer) => answer.status())
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 409)).toHaveLength(19)
})
