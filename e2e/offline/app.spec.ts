/** Souk as an app: installable, readable without a network, and renewed only when its reader agrees. */
import { expectKept, withWorker } from '../fixtures/app-worker.ts'
import { openFrontProxy } from '../fixtures/front-proxy.ts'
import { findLazyPart } from '../fixtures/next-build.ts'
import { expect, test } from '../fixtures/test.ts'

test.use({ serviceWorkers: 'allow' })

interface InstallabilityErrors {
  installabilityErrors: { errorId: string }[]
}

test('can be installed, and reads visited pages where there is no network', async ({
  page,
  context,
  guard,
}) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_FAILED/)
  await page.goto('/')
  await withWorker(page)
  const devtools = await context.newCDPSession(page)
  // Private windows install nothing, and tests run in one.
  const errors = async () => {
    const { installabilityErrors } = (await devtools.send(
      'Page.getInstallabilityErrors',
    )) as InstallabilityErrors
    return installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')
  }
  await expect.poll(errors).toEqual([])

  await page.goto('/search?q=agent')
  const link = page.locator('main a[href^="/packages/"]').first()
  const path = await link.getAttribute('href')
  expect(path).not.toBeNull()
  await page.goto(path ?? '')
  const title = await page.getByRole('heading', { level: 1 }).innerText()
  await context.setOffline(true)

  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goto(path ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  await page.goto('/categories/never-visited')
  await expect(page.getByText('You are offline')).toBeVisible()
  await expect(page.getByRole('link', { name: title })).toBeVisible()

  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const lists = await Promise.all(
      names.map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname),
      ),
    )
    return lists.flat()
  })
  expect(kept.filter((pathname) => /^\/api\/(viewer|wallet|search-history|library)/.test(pathname))).toEqual(
    [],
  )
})

test('asks before a newer one takes over, and leaves other tabs as they are', async ({
  page,
  context,
  baseURL,
}) => {
  const proxy = await openFrontProxy(baseURL ?? '')
  const script = await (await fetch(`${baseURL}/sw.js`)).text()
  await page.goto(`${proxy.origin}/`)
  await withWorker(page)
  const other = await context.newPage()
  await other.goto(`${proxy.origin}/categories`)
  await withWorker(other)
  await other.evaluate(() => Reflect.set(window, 'isUntouched', true))
  const notice = page.locator('[data-slot="update-notice"]')
  await expect(notice).toHaveCount(0)

  // A deployment: another worker stands at the same address.
  proxy.intercept((incoming, outgoing) => {
    if (incoming.url !== '/sw.js') return false
    outgoing.setHeader('content-type', 'text/javascript').end(`${script}\n// the next build`)
    return true
  })
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
  await expect(notice).toContainText('Update available')
  await expect(other.locator('[data-slot="update-notice"]')).toBeVisible()

  let reloads = 0
  page.on('domcontentloaded', () => void (reloads += 1))
  await notice.getByRole('button', { name: 'Reload' }).click()
  await expect.poll(() => reloads).toBe(1)
  await withWorker(page)
  const isWaiting = await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)
  expect(isWaiting).toBe(false)
  await expect(notice).toHaveCount(0)
  expect(reloads).toBe(1)
  expect(await other.evaluate(() => Reflect.get(window, 'isUntouched') as unknown)).toBe(true)
  await proxy.close()
})

test('shows what it kept, and says so, while the server is away, and has at hand what it would load late', async ({
  page,
  baseURL,
  guard,
}) => {
  guard.allow(/status 50[23]|status of 50[23]/)
  const proxy = await openFrontProxy(baseURL ?? '')
  await page.goto(`${proxy.origin}/`)
  await withWorker(page)
  await page.goto(`${proxy.origin}/categories`)
  await expectKept(page, '/categories')
  const title = await page.getByRole('heading', { level: 1 }).innerText()
  const notice = page.locator('[data-slot="kept-notice"]')
  await expect(notice).toHaveCount(0)

  // Never opened anywhere: it comes with the worker.
  const offlinePage = await (await fetch(`${baseURL}/offline`)).text()
  const desk = await findLazyPart(offlinePage, 'update-notice')
  const isInShell = await page.evaluate(async (path) => {
    const [shell = ''] = (await caches.keys()).filter((name) => name.startsWith('souk-shell-'))
    return (await (await caches.open(shell)).match(path)) !== undefined
  }, desk)
  expect(isInShell).toBe(true)

  for (const status of [502, 503]) {
    proxy.intercept((incoming, outgoing) => {
      if (incoming.headers.accept?.includes('text/html') !== true) return false
      outgoing.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Away</h1>')
      return true
    })
    await page.goto(`${proxy.origin}/categories`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
    await expect(notice).toContainText('The market cannot be reached. This is how the page was on')
    await page.goto(`${proxy.origin}/stores/never-visited`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Away')
  }
  proxy.intercept(() => false)
  await page.goto(`${proxy.origin}/categories`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  await expect(notice).toHaveCount(0)
  await proxy.close()
})
