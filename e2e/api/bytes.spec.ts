/** The bytes of a version as they travel: as they are, under which tag, and how long they may be kept. */
import { createHash } from 'node:crypto'
import { get, type IncomingHttpHeaders } from 'node:http'
import { expect, test } from '@playwright/test'

/** A free package of the demo store whose manifest would be worth compressing. */
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
  test(`tag and digest are those of the bytes that travel, whatever a client would take: ${address}`, async ({
    baseURL,
  }) => {
    const url = `${baseURL ?? ''}${address}`
    const offers: Record<string, string>[] = [
      {},
      { 'accept-encoding': 'gzip' },
      { 'accept-encoding': 'gzip, br, identity;q=0.1' },
    ]
    for (const offer of [...offers, ...offers]) {
      const { headers, bytes } = await rawGet(url, offer)
      const digest = createHash('sha256').update(bytes).digest()
      expect(headers['content-encoding']).toBeUndefined()
      expect(headers).toMatchObject({
        etag: `"${digest.toString('hex')}"`,
        digest: `sha-256=${digest.toString('base64')}`,
        'content-length': String(bytes.length),
        'cache-control': 'public, max-age=31536000, immutable, s-maxage=60, no-transform',
      })
    }
  })

  test(`whoever has the bytes is sent none: ${address}`, async ({ baseURL }) => {
    const url = `${baseURL ?? ''}${address}`
    const { headers } = await rawGet(url, {})
    const etag = headers.etag ?? ''
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await rawGet(url, { 'if-none-match': tag, 'accept-encoding': 'br' })
      expect(again.status).toBe(304)
      expect(again.bytes).toHaveLength(0)
      expect(again.headers.etag).toBe(etag)
    }
    for (const tag of ['"other"', etag.replace(/"$/, '-br"')]) {
      expect((await rawGet(url, { 'if-none-match': tag })).status).toBe(200)
    }
  })
}

test('what installers read is kept for everybody for a minute, and asked for anew by browsers', async ({
  request,
}) => {
  const base = '/api/v1/packages/demo/changelog-writer'
  for (const path of [base, `${base}/latest`, `${base}/1.1.0`, `${base}/dependents?limit=3`]) {
    const first = await request.get(path)
    expect(first.status()).toBe(200)
    expect(first.headers()['cache-control']).toMatch(/^public, max-age=0, s-maxage=60,/)
    const kept = await request.get(path)
    expect(kept.headers()['cache-status']).toBe('souk; hit')
    expect(await kept.json()).toEqual(await first.json())
    const known = { 'if-none-match': kept.headers().etag ?? '' }
    expect((await request.get(path, { headers: known })).status()).toBe(304)
  }
})

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
