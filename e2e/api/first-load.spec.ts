import { get } from 'node:http'
import { expect, test } from '@playwright/test'

const BUDGET_BYTES = 130_000

/** The bytes on the wire of an address, as a browser that takes brotli gets them. */
function sizeOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br, gzip' } }, (response) => {
      let size = 0
      response.on('data', (chunk: Buffer) => (size += chunk.length))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(size)
        else reject(new Error(`${url} answers ${response.statusCode}`))
      })
    }).on('error', reject)
  })
}

test('the home page’s first load is at most 130 kB of compressed JavaScript', async ({
  request,
  baseURL,
}) => {
  const html = await (await request.get('/')).text()
  const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].map(([tag]) => tag)
  const scripts = new Set(
    tags
      // Polyfills that only browsers without modules load.
      .filter((tag) => !/\bnomodule\b/i.test(tag))
      .filter(
        (tag) =>
          tag.startsWith('<script') || /rel="(?:module)?preload"[^>]*as="script"|as="script"/.test(tag),
      )
      .flatMap((tag) => /\b(?:src|href)="([^"]+\.js)(?:\?[^"]*)?"/.exec(tag)?.[1] ?? []),
  )
  expect(scripts.size).toBeGreaterThan(3)
  const sizes = await Promise.all([...scripts].map((path) => sizeOf(new URL(path, baseURL).href)))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(total).toBeGreaterThan(30_000)
  expect(total).toBeLessThanOrEqual(BUDGET_BYTES)
})
