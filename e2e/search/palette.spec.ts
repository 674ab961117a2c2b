/** The palette with mouse or finger, and what it does when answers are late, missing or none of its business. */
import { enterAs, openAccount } from '../fixtures/seller.ts'
import { gate, paletteOf } from '../fixtures/search.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test(
  'the header’s box opens suggestions, and choosing one opens the package',
  { tag: '@phone' },
  async ({ page }) => {
    await page.goto('/')
    const palette = paletteOf(page)
    await palette.open()
    await expect(palette.box).toBeFocused()
    await palette.box.fill('oceanb')
    const option = palette.group('Packages').getByRole('option', { name: /OceanBase MCP Server/ })
    await expect(option).toBeVisible()
    await expect(option.locator('mark').first()).toHaveText(/^OceanB$/i)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await option.click()
    await expect(page).toHaveURL(/\/packages\/yuanooo\/oceanbase_mcp_server$/)
    await expect(palette.dialog).toHaveCount(0)
  },
)

test('tags are offered by key and by pair', async ({ page }) => {
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  await palette.box.fill('li')
  await palette.group('Tag keys').getByRole('option', { name: 'license:' }).click()
  await expect(palette.box).toHaveValue('license:')
  await expect(palette.box).toBeFocused()
  await palette
    .group('Tags')
    .getByRole('option', { name: /^license:mit/ })
    .click()
  await expect(page).toHaveURL(/\/search\?tags=license%3Amit$/)
})

test('a late answer never replaces a newer one', async ({ page }) => {
  const late = gate()
  await page.route(/suggest\?q=mongo$/, async (route) => {
    await late.opened
    // The page has stopped waiting for it.
    await route.continue().catch(() => undefined)
  })
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  const first = page.waitForRequest(/suggest\?q=mongo$/)
  await palette.box.fill('mongo')
  const cancelled = page.waitForEvent('requestfailed', (request) => request.url().endsWith('q=mongo'))
  await first
  await palette.box.fill('oceanbase')
  await expect(
    palette
      .group('Packages')
      .getByRole('option', { name: /OceanBase/ })
      .first(),
  ).toBeVisible()
  await cancelled
  late.open()
  await expect(palette.list.getByRole('option', { name: /Mongo/ })).toHaveCount(0)
  await expect(
    palette
      .group('Packages')
      .getByRole('option', { name: /OceanBase/ })
      .first(),
  ).toBeVisible()
})

test('typing on asks for little: what an earlier answer holds is not asked for again', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.pathname.endsWith('/suggest')) asked.push(url.searchParams.get('q') ?? '')
  })
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  await palette.box.fill('oceanb')
  const option = palette.group('Packages').getByRole('option', { name: /OceanBase MCP Server/ })
  await expect(option).toBeVisible()
  await palette.box.pressSequentially('ase', { delay: 400 })
  await expect(option.locator('mark').first()).toHaveText(/^OceanBase$/i)
  await palette.box.pressSequentially(' mcp server', { delay: 60 })
  await expect(option).toBeVisible()
  await expect(palette.announced).toHaveText(/package/)
  expect(asked).toEqual(['oceanb'])
})

test('words that stand in no name offer what a search would find', async ({ page }) => {
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  await palette.box.fill('travel weather')
  await expect(palette.group('Packages').getByRole('option').first()).toBeVisible()
})

test(
  'the palette is never bare: it offers ideas before, and says when nothing fits',
  { tag: '@phone' },
  async ({ page }) => {
    await page.route(/\/api\/marketplace\/trending$/, (route) =>
      route.fulfill({ json: { trending: [], popular: [] } }),
    )
    await page.goto('/')
    const palette = paletteOf(page)
    await palette.open()
    await expect(palette.group('Try').getByRole('option')).toHaveCount(5)
    await palette.box.fill('qqqzzzxxx')
    await expect(palette.dialog.getByText('Nothing to suggest for these words.')).toBeVisible()
    await expect(palette.announced).toHaveText('No suggestions')
    await expectAccessible(page)
  },
)

test('a search longer than suggestions are asked for still gets them', async ({ page }) => {
  const words = `oceanbase ${'database '.repeat(14)}`.trim()
  await page.goto(`/search?q=${encodeURIComponent(words)}`)
  const palette = paletteOf(page)
  const answered = page.waitForResponse(/\/api\/marketplace\/suggest/)
  await expect(async () => {
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('Control+k')
    await palette.dialog.waitFor({ timeout: 500 })
  }).toPass()
  await palette.box.fill(words)
  expect((await answered).status()).toBe(200)
  await expect(palette.dialog.getByText('not available')).toHaveCount(0)
})

test('without suggestions searching still works, and people are told', async ({ page, guard }) => {
  guard.allow(/500|suggest/)
  await page.route(/\/api\/marketplace\/suggest/, (route) => route.fulfill({ status: 500, body: '' }))
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  await palette.box.fill('oceanbase')
  const told = 'Suggestions are not available just now. Enter still searches.'
  await expect(palette.dialog.getByRole('paragraph').filter({ hasText: told })).toBeVisible()
  await expect(palette.dialog.getByRole('status')).toHaveText(told)
  await palette.box.press('Enter')
  await expect(page).toHaveURL(/\/search\?q=oceanbase$/)
})

test('one’s own searches are offered again, one can be removed, then all', async ({
  page,
  context,
  request,
  baseURL,
}) => {
  const account = await openAccount(request)
  const headers = { authorization: `Bearer ${account.accessToken}` }
  for (const query of ['red kites', 'blue herons', 'grey geese']) {
    const answer = await request.post('/api/search-history', {
      headers,
      data: { query },
    })
    expect(answer.status()).toBe(204)
  }
  await enterAs(context, account, baseURL ?? '')
  await page.goto('/')
  const palette = paletteOf(page)
  await palette.open()
  const mine = palette.group('Your searches').getByRole('option')
  await expect(mine).toHaveText(['grey geese', 'blue herons', 'red kites'])
  await expectAccessible(page)
  await palette.dialog.getByRole('button', { name: 'Remove blue herons' }).click()
  await expect(mine).toHaveText(['grey geese', 'red kites'])
  const kept = await request.get('/api/search-history', { headers })
  await expect
    .poll(
      async () =>
        ((await (await request.get('/api/search-history', { headers })).json()) as { items: unknown[] }).items
          .length,
    )
    .toBe(2)
  expect(kept.ok()).toBe(true)
  await palette.dialog.getByRole('button', { name: 'Clear your searches' }).click()
  await expect(mine).toHaveCount(0)
  await palette.dialog.getByRole('link', { name: /search history settings/i }).click()
  await expect(page).toHaveURL(/\/settings\/searches$/)
})
