/** A tab of the build before, after a deployment: what it loads late is still there, and a reload is the new build. */
import type { ServerResponse } from 'node:http'
import { openFrontProxy } from '../fixtures/front-proxy.ts'
import { findLazyPart, makeNextBuild } from '../fixtures/next-build.ts'
import { paletteOf } from '../fixtures/search.ts'
import { expect, test } from '../fixtures/test.ts'

// Without the worker, whose shell would have had the script: the server alone must have it.
test.use({ serviceWorkers: 'block' })

test('a tab of the build before loads what it needs late, and after a reload the new build’s', async ({
  page,
  baseURL,
}) => {
  const late = await findLazyPart(await (await fetch(`${baseURL}/`)).text(), 'Search packages')
  const next = await makeNextBuild()
  const proxy = await openFrontProxy(baseURL ?? '')
  const parked: ServerResponse[] = []
  const sendStatic = async (path: string, outgoing: ServerResponse) => {
    const bytes = await next.read(path)
    const type = path.endsWith('.css') ? 'text/css' : 'text/javascript'
    outgoing.writeHead(bytes ? 200 : 404, { 'content-type': path.endsWith('.woff2') ? 'font/woff2' : type })
    outgoing.end(bytes)
  }
  // The old tab has not got around to it yet.
  proxy.intercept((incoming, outgoing) => {
    if (incoming.url !== late) return false
    parked.push(outgoing)
    return true
  })
  await page.goto(`${proxy.origin}/`)
  await expect.poll(() => parked.length).toBe(1)

  // The deployment.
  proxy.intercept((incoming, outgoing) => {
    const { url = '', method } = incoming
    if (url.startsWith('/_next/static/')) {
      void sendStatic(url.split('?', 1).join(''), outgoing)
      return true
    }
    if (method !== 'GET' || incoming.headers.accept?.includes('text/html') !== true) return false
    void fetch(`${baseURL}${url}`, { headers: { accept: 'text/html' } }).then(async (answer) => {
      // The policy lists hashes of scripts that name scripts: this page is another.
      outgoing.writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8' })
      outgoing.end(next.rename(await answer.text()))
    })
    return true
  })
  const sent = page.waitForResponse((response) => response.url().endsWith(late))
  for (const outgoing of parked) await sendStatic(late, outgoing)
  expect((await sent).status()).toBe(200)
  const palette = paletteOf(page)
  await palette.open()
  await expect(palette.box).toBeFocused()

  const renewed = page.waitForResponse((response) => response.url().endsWith(next.nameOf(late)))
  await page.reload()
  expect((await renewed).status()).toBe(200)
  await palette.open()
  await expect(palette.box).toBeFocused()
  await proxy.close()
  await next.remove()
})
