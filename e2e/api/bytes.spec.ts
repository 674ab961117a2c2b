/** The bytes of a version as they travel: encodings, tags, and how long they may be kept. */
import { createHash } from 'node:crypto'
import { get, type IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

/** A free package of the demo store whose manifest is worth compressing. */
const ADDRESS = '/api/v1/packages/demo/changelog-writer/1.1.0/download'
/** The same, in a spelling that only Next reads. */
const ENCODED_ADDRESS = ADDRESS.replace('1.1.0', '1%2E1%2E0')

/** Past every client that decodes by itself. */
function rawGet(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
    get(url, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) })
      })
    }).on('error', reject)
  })
}

for (const address of [ADDRESS, ENCODED_ADDRESS]) {
  test(`the same bytes travel plain, zipped and squeezed, under one tag: ${address}`, async ({ baseURL }) => {
    const url = `${baseURL ?? ''}${address}`
    const plain = await rawGet(url, {})
    const sha256 = createHash('sha256').update(plain.bytes).digest('hex')
    expect(plain.headers['content-encoding']).toBeUndefined()
    const zipped = await rawGet(url, { 'accept-encoding': 'gzip' })
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip' })
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true)
    const squeezed = await rawGet(url, { 'accept-encoding': 'gzip, br' })
    expect(squeezed.headers).toMatchObject({ 'content-encoding': 'br' })
    expect(brotliDecompressSync(squeezed.bytes).equals(plain.bytes)).toBe(true)
    expect(squeezed.bytes.length).toBeLessThan(plain.bytes.length)
    for (const { headers } of [plain, zipped, squeezed]) {
      expect(headers.etag).toBe(`"${sha256}"`)
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
      expect(headers.digest).toBe(`sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`)
      expect(headers.vary?.toLowerCase()).toContain('accept-encoding')
    }
  })

  test(`whoever has the bytes in one encoding needs no other: ${address}`, async ({ baseURL }) => {
    const url = `${baseURL ?? ''}${address}`
    const { headers } = await rawGet(url, {})
    const etag = headers.etag ?? ''
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await rawGet(url, { 'if-none-match': tag, 'accept-encoding': 'br' })
      expect(again.status).toBe(304)
      expect(again.bytes).toHaveLength(0)
      expect(again.headers.etag).toBe(etag)
      expect(again.headers['content-encoding']).toBeUndefined()
    }
    expect((await rawGet(url, { 'if-none-match': '"other"' })).status).toBe(200)
  })
}

test('latest and ranges are kept for a short while only', async ({ request }) => {
  for (const range of ['latest', '^1', '>=1 <3']) {
    const response = await request.get(
      `/api/v1/packages/demo/changelog-writer/${encodeURIComponent(range)}/download`,
      { maxRedirects: 0 },
    )
    expect(response.status()).toBe(302)
    expect(response.headers()).toMatchObject({ 'cache-control': 'public, max-age=60', location: ADDRESS })
  }
})
