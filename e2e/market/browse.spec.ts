/** The shopper's way: home, search, package, download; with a mouse, with the keyboard alone, and without JavaScript. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

async function expectSound(page: Page): Promise<void> {
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
}

test(
  'a shopper finds a package by searching and downloads the very bytes that were published',
  { tag: '@phone' },
  async ({ page, request }) => {
    test.slow()
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Featured' })).toBeVisible()
    await expectSound(page)

    const main = page.getByRole('main')
    await main.getByRole('searchbox').fill('oceanbase')
    await main.getByRole('searchbox').press('Enter')
    await expect(page).toHaveURL(/\/search\?(.*&)?q=oceanbase/)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('oceanbase')
    await expectSound(page)

    await main
      .getByRole('link', { name: /OceanBase MCP Server/ })
      .first()
      .click()
    await expect(page).toHaveURL(/\/packages\/yuanooo\/oceanbase_mcp_server$/)
    await expect(page.getByRole('heading', { level: 1, name: 'OceanBase MCP Server' })).toBeVisible()
    await expectSound(page)

    const downloading = page.waitForEvent('download')
    await main
      .getByRole('link', { name: /^Download/ })
      .first()
      .click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('oceanbase_mcp_server-0.0.1-seed.yaml')
    const bytes = await readFile(await download.path())
    const served = await request.get('/api/v1/packages/yuanooo/oceanbase_mcp_server/0.0.1-seed/download')
    expect(served.headers().etag).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`)
    expect(bytes.equals(await served.body())).toBe(true)
  },
)

test('a search without a match says so and leads on', { tag: '@phone' }, async ({ page }) => {
  await page.goto('/search?q=qqqzzzxxx')
  await expect(page.getByRole('main')).toContainText(/nothing|no packages|no match/i)
  await expect(page.getByRole('main').getByRole('link').first()).toBeVisible()
  await expectSound(page)
})

test('a search with parameters that make no sense is answered with a page, not an error', async ({
  page,
}) => {
  const answer = await page.goto('/search?kind=spell&limit=-1&cursor=%00&tags=not-a-tag&sort=up&price=x')
  expect(answer?.status()).toBeLessThan(500)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

for (const path of [
  '/categories',
  '/categories/databases',
  '/stores/souk-house',
  '/stores/mcp-registry',
  '/packages/house/code-review',
  '/packages/house/release-manager',
]) {
  test(`${path} is accessible and fits its window`, { tag: '@phone' }, async ({ page }) => {
    const answer = await page.goto(path)
    expect(answer?.status()).toBe(200)
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
    await expectSound(page)
  })
}

test('a paid package shows its price and no download to strangers', async ({ page, request }) => {
  await page.goto('/packages/house/release-manager')
  const main = page.getByRole('main')
  await expect(main.getByText('$29.00').first()).toBeVisible()
  await expect(main.getByRole('link', { name: /^Download/ })).toHaveCount(0)
  const refused = await request.get('/api/v1/packages/house/release-manager/1.1.0/download')
  expect(refused.status()).toBe(401)
})

test(
  'what is not there answers 404 with a page that leads back',
  { tag: '@phone' },
  async ({ page, guard }) => {
    guard.allow(/404/)
    for (const path of ['/packages/nobody/nothing', '/stores/nowhere', '/categories/none', '/no/such/page']) {
      const answer = await page.goto(path)
      expect(answer?.status(), path).toBe(404)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    }
    await expectSound(page)
  },
)

test('the keyboard alone leads from the home page to a package', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.locator(':focus')).toHaveText(/skip/i)
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeVisible()
  await page.getByRole('main').getByRole('searchbox').focus()
  await page.keyboard.type('mongodb')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=mongodb/)
  const first = page.getByRole('main').getByRole('article').first().getByRole('link').first()
  await first.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/packages\//)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('search, filters and package pages work', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('main').getByRole('searchbox').fill('mongodb')
    await page.getByRole('main').getByRole('button', { name: 'Search' }).click()
    await expect(page).toHaveURL(/q=mongodb/)
    await page
      .getByRole('main')
      .getByRole('link', { name: /MongoDB Lens/ })
      .first()
      .click()
    await expect(page.getByRole('heading', { level: 1, name: /MongoDB Lens/ })).toBeVisible()
  })
})

test('search engines get titles, descriptions, addresses and structured data', async ({ page, request }) => {
  await page.goto('/packages/house/code-review')
  await expect(page).toHaveTitle(/Code Review/)
  await expect(page.locator('meta[name="description"]')).toHaveAttribute('content', /.{20,}/)
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute(
    'href',
    /\/packages\/house\/code-review$/,
  )
  await expect(page.locator('meta[property="og:title"]')).toHaveAttribute('content', /Code Review/)
  const data = await page.locator('script[type="application/ld+json"]').allTextContents()
  expect(data.length).toBeGreaterThan(0)
  for (const text of data) expect(() => JSON.parse(text) as unknown).not.toThrow()
  const sitemap = await (await request.get('/sitemap.xml')).text()
  expect(sitemap).toContain('/packages/house/code-review')
  const robots = await (await request.get('/robots.txt')).text()
  expect(robots).toMatch(/Disallow: \/api/)
})
