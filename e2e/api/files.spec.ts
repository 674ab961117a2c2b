/** Files beside a manifest over HTTP: sent, taken over by their version, read in ranges, and nothing kept of a refusal. */
import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, test } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'

let seller: SellerAccount

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  await request.dispose()
})

const newHandle = () => `${seller.namespace}/${uniqueName('pkg')}`
const archive = (sizeBytes: number) => gzipSync(randomBytes(sizeBytes), { level: 0 })
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function send(
  request: APIRequestContext,
  handle: string,
  name: string,
  bytes: Buffer,
  headers: Record<string, string> = {},
) {
  return request.put(`/api/v1/uploads/${handle}/1.0.0/${name}`, {
    headers: {
      authorization: `Bearer ${seller.accessToken}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    data: bytes,
  })
}

function publish(request: APIRequestContext, handle: string, query: string) {
  return request.post(`/api/v1/packages?${query}`, {
    headers: { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' },
    data: manifestOf(handle),
  })
}

test('a file larger than Next holds in memory goes up, comes down whole and in ranges, and is listed', async ({
  request,
}) => {
  const handle = newHandle()
  const bytes = archive(14_000_000)
  const sent = await send(request, handle, 'tool.tar.gz', bytes, {
    digest: `sha-256=${createHash('sha256').update(bytes).digest('base64')}`,
  })
  expect(sent.status(), await sent.text()).toBe(201)
  expect(await sent.json()).toMatchObject({ sizeBytes: bytes.byteLength, sha256: sha256(bytes) })
  const published = await publish(request, handle, `files=tool.tar.gz@${sha256(bytes)}`)
  expect(published.status(), await published.text()).toBe(201)

  const path = `/api/v1/packages/${handle}/1.0.0/files/tool.tar.gz`
  const whole = await request.get(path)
  expect(whole.headers()).toMatchObject({
    etag: `"${sha256(bytes)}"`,
    'accept-ranges': 'bytes',
    'content-type': 'application/gzip',
    'content-disposition': 'attachment; filename="tool.tar.gz"',
  })
  expect(whole.headers()['cache-control']).toContain('immutable')
  expect(sha256(await whole.body())).toBe(sha256(bytes))
  const part = await request.get(path, { headers: { range: 'bytes=262000-262999' } })
  expect(part.status()).toBe(206)
  expect(part.headers()['content-range']).toBe(`bytes 262000-262999/${bytes.byteLength}`)
  expect((await part.body()).equals(bytes.subarray(262_000, 263_000))).toBe(true)
  const past = await request.get(path, { headers: { range: `bytes=${bytes.byteLength}-` } })
  expect(past.status()).toBe(416)
  expect(past.headers()['content-range']).toBe(`bytes */${bytes.byteLength}`)
  expect((await request.get(path, { headers: { 'if-none-match': `"${sha256(bytes)}"` } })).status()).toBe(304)
  expect((await request.head(path)).status()).toBe(200)
  const latest = await request.get(path.replace('1.0.0', 'latest'), { maxRedirects: 0 })
  expect(latest.headers().location).toBe(path)

  const listed = await request.get(`/api/v1/packages/${handle}`)
  expect(await listed.json()).toMatchObject({
    versions: [{ files: [{ name: 'tool.tar.gz', sha256: sha256(bytes), sizeBytes: bytes.byteLength }] }],
  })
  const late = await send(request, handle, 'more.tar.gz', archive(100))
  expect(late.status()).toBe(409)
})

test('what is too large, no archive, not what was promised or nobody’s is refused, and nothing is kept', async ({
  request,
}) => {
  const handle = newHandle()
  const small = archive(100)
  const cases: [string, Buffer, Record<string, string>, number, string][] = [
    ['big.tar.gz', archive(52_428_800), {}, 413, 'payload_too_large'],
    ['page.tar.gz', Buffer.from('<html></html>'), {}, 415, 'unsupported_media_type'],
    ['a.zip', small, {}, 415, 'unsupported_media_type'],
    ['a.exe', small, {}, 422, 'validation_failed'],
    ['a.tar.gz', small, { 'content-type': 'text/html' }, 415, 'unsupported_media_type'],
    ['a.tar.gz', small, { digest: `sha-256=${'A'.repeat(43)}=` }, 422, 'validation_failed'],
    ['a.tar.gz', small, { digest: 'md5=abc' }, 400, 'bad_request'],
    ['a.tar.gz', small, { authorization: 'Bearer souk_nothing' }, 401, 'unauthenticated'],
  ]
  for (const [name, bytes, headers, status, code] of cases) {
    const answer = await send(request, handle, name, bytes, headers)
    expect(await answer.json(), name).toMatchObject({ status, code })
    expect(answer.status()).toBe(status)
    expect(answer.headers()['x-request-id']).toBeTruthy()
  }
  const foreign = await send(request, `demo/${uniqueName('pkg')}`, 'a.tar.gz', small)
  expect(await foreign.json()).toMatchObject({ status: 403, code: 'namespace_not_owned' })
  const waiting = await request.get(`/api/v1/uploads/${handle}/1.0.0`, {
    headers: { authorization: `Bearer ${seller.accessToken}` },
  })
  expect(await waiting.json()).toEqual({ items: [], meta: { total: 0 } })
})

test('an upload is listed to its sender, deleted, and not there to be published', async ({ request }) => {
  const handle = newHandle()
  expect((await send(request, handle, 'a.tar.gz', archive(100))).status()).toBe(201)
  const headers = { authorization: `Bearer ${seller.accessToken}` }
  const path = `/api/v1/uploads/${handle}/1.0.0`
  expect(await (await request.get(path, { headers })).json()).toMatchObject({ items: [{ name: 'a.tar.gz' }] })
  expect((await request.delete(`${path}/a.tar.gz`, { headers })).status()).toBe(204)
  expect((await request.delete(`${path}/a.tar.gz`, { headers })).status()).toBe(404)
  const published = await publish(request, handle, 'files=a.tar.gz')
  expect(await published.json()).toMatchObject({ status: 422, issues: [{ path: 'files[0]' }] })
  expect((await request.get(`/api/v1/packages/${handle}`)).status()).toBe(404)
  expect((await request.post(`${path}/a.tar.gz`, { headers })).status()).toBe(405)
})
