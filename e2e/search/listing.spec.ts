/** The list: what narrows it is in the address, and the address is all there is. */
import { enterAs, openAccount } from '../fixtures/seller.ts'
import { gate, listingOf, openFilters, whenListing } from '../fixtures/search.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('the first page comes with the document: nothing is asked twice', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/marketplace?')) asked.push(request.url())
  })
  await whenListing(page, '/search?q=database')
  await expect(listingOf(page).cards.first()).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  expect(asked.filter((url) => !url.includes('cursor='))).toEqual([])
})

test(
  'choosing filters and an order writes the address, and the back button undoes each',
  { tag: '@phone' },
  async ({ page }) => {
    const listing = listingOf(page)
    await whenListing(page, '/search')
    const everything = (await listing.total.textContent()) ?? ''
    await listing.choose('Kind', /^Prompts/)
    await expect(page).toHaveURL('/search?kind=prompt')
    await expect(listing.chips.getByRole('link', { name: 'Remove filter Prompt' })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Prompts')
    await expect(page).toHaveTitle(/^Prompts/)
    await expect(listing.total).not.toHaveText(everything)
    const prompts = (await listing.total.textContent()) ?? ''
    await listing.choose('Price', /^Free/)
    await expect(page).toHaveURL('/search?kind=prompt&price=free')
    await expect(listing.total).not.toHaveText(prompts)
    await listing.main.getByLabel('Sort by').selectOption('name')
    await expect(page).toHaveURL('/search?kind=prompt&price=free&sort=name')
    await expect(async () => {
      const names = await listing.cards.getByRole('heading').allTextContents()
      expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')))
    }).toPass()

    await page.goBack()
    await expect(page).toHaveURL('/search?kind=prompt&price=free')
    await page.goBack()
    await expect(page).toHaveURL('/search?kind=prompt')
    await expect(listing.total).toHaveText(prompts)
    await page.goBack()
    await expect(page).toHaveURL('/search')
    await expect(listing.total).toHaveText(everything)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('All packages')
    await page.goForward()
    await expect(listing.total).toHaveText(prompts)
  },
)

test('an address says all: opened elsewhere it shows the same, and each chip takes one thing back', async ({
  page,
}) => {
  const listing = listingOf(page)
  await whenListing(page, '/search?kind=mcp-server&price=free&rating=3&tags=language%3Aen&view=list')
  for (const name of ['MCP server', 'Free', '3 stars and up', 'language:en']) {
    await expect(listing.chips.getByRole('link', { name: `Remove filter ${name}` })).toBeVisible()
  }
  await listing.chips.getByRole('link', { name: 'Remove filter 3 stars and up' }).click()
  await expect(page).toHaveURL('/search?kind=mcp-server&price=free&tags=language%3Aen&view=list')
  await listing.chips.getByRole('link', { name: 'Clear all' }).click()
  await expect(page).toHaveURL('/search?view=list')
  await expect(listing.chips).toHaveCount(0)
})

test('typing searches at once without filling the history', async ({ page }) => {
  const listing = listingOf(page)
  await page.goto('/categories')
  await whenListing(page, '/search')
  await listing.box.pressSequentially('ocean', { delay: 20 })
  await expect(page).toHaveURL('/search?q=ocean')
  await listing.box.pressSequentially('base', { delay: 20 })
  await expect(page).toHaveURL('/search?q=oceanbase')
  await expect(listing.cards.filter({ hasText: 'OceanBase MCP Server' }).first()).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Results for “oceanbase”')
  await expect(listing.box).toBeFocused()
  await page.goBack()
  await expect(page).toHaveURL('/categories')
})

test('a late answer never replaces a newer one', async ({ page }) => {
  const late = gate()
  await page.route(/\/api\/marketplace\?q=mongo&/, async (route) => {
    await late.opened
    await route.continue().catch(() => undefined)
  })
  const listing = listingOf(page)
  await whenListing(page, '/search')
  const first = page.waitForRequest(/\?q=mongo&/)
  const cancelled = page.waitForEvent('requestfailed', (request) => request.url().includes('?q=mongo&'))
  await listing.box.fill('mongo')
  await first
  await listing.box.fill('oceanbase')
  await expect(listing.cards.filter({ hasText: 'OceanBase MCP Server' }).first()).toBeVisible()
  await cancelled
  late.open()
  await expect(page).toHaveURL('/search?q=oceanbase')
  await expect(listing.cards.filter({ hasText: /OceanBase/ }).first()).toBeVisible()
  await expect(listing.cards.filter({ hasText: /MongoDB/ })).toHaveCount(0)
})

test('counts beside the filters are those of the present search, and estimates look like estimates', async ({
  page,
  request,
}) => {
  const listing = listingOf(page)
  await page.route(/\/api\/marketplace\?q=estimate&/, async (route) => {
    const answer = await request.get('/api/marketplace?limit=24')
    const body = (await answer.json()) as {
      meta: { facets: { kinds: unknown } }
    }
    Object.assign(body.meta, { total: 1_234_567, totalIsExact: false })
    body.meta.facets.kinds = [{ value: 'prompt', count: 45_678 }]
    await route.fulfill({ json: body })
  })
  await whenListing(page, '/search')
  await listing.box.fill('oceanbase')
  await expect(page).toHaveURL('/search?q=oceanbase')
  await expect(listing.total).toHaveText(/^[1-9] packages$/)
  const prompts = async () => {
    const beside = listing.main.getByRole('complementary', { name: 'Filters' })
    if (await beside.isVisible()) return beside.getByRole('link', { name: /^Prompts/ })
    if (!(await listing.filters.isVisible())) await openFilters(page)
    return listing.filters.getByRole('link', { name: /^Prompts/ })
  }
  await expect(await prompts()).toHaveText(/Prompts\s*0$/)
  await page.keyboard.press('Escape')
  await listing.box.fill('estimate')
  await expect(listing.total).toHaveText('About 1.2M packages')
  await expect(await prompts()).toHaveText(/~\s*about\s*45K$/)
})

test('no result says so, offers other searches and a way back', { tag: '@phone' }, async ({ page }) => {
  const listing = listingOf(page)
  const trending = [{ query: 'postgres', searchCount: 3, isTrending: true }]
  await page.route(/\/api\/marketplace\/trending$/, (route) =>
    route.fulfill({ json: { trending, popular: [] } }),
  )
  await whenListing(page, '/search?kind=agent')
  await listing.box.fill('qqqzzzxxx')
  await expect(listing.main.getByText('Nothing found for “qqqzzzxxx”')).toBeVisible()
  await expect(listing.total).toHaveText('0 packages')
  await expect(listing.main.getByRole('link', { name: 'postgres' })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await listing.main.getByRole('link', { name: 'Remove the filters' }).click()
  await expect(page).toHaveURL('/search?q=qqqzzzxxx')
  await listing.main.getByRole('link', { name: 'postgres' }).click()
  await expect(page).toHaveURL('/search?q=postgres')
  await expect(listing.cards.first()).toBeVisible()
})

test('a server error says so, and trying again works', async ({ page, guard }) => {
  guard.allow(/500|503/)
  const listing = listingOf(page)
  let isBroken = true
  await page.route(/\/api\/marketplace\?/, (route) =>
    isBroken
      ? route.fulfill({
          status: 500,
          contentType: 'application/problem+json',
          json: {
            type: 'about:blank',
            title: 'x',
            status: 500,
            detail: 'x',
            code: 'internal',
            requestId: 'r-7',
          },
        })
      : route.continue(),
  )
  await whenListing(page, '/search')
  await listing.choose('Kind', /^Agents/)
  const alert = listing.main.getByRole('alert')
  await expect(alert).toContainText('The packages could not be loaded')
  await expect(alert).toContainText('r-7')
  await expectAccessible(page)
  isBroken = false
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(listing.cards.first()).toBeVisible()
  await expect(alert).toHaveCount(0)
  await expect(page).toHaveURL('/search?kind=agent')
})

/** An answer that ran out of time. */
function incomplete(items: unknown[], nextCursor: string | null) {
  const facets = { kinds: [], categories: [], prices: [], ratings: [], tags: [] }
  const page = {
    total: 500,
    totalIsExact: false,
    limit: 24,
    offset: 0,
    nextCursor,
    incomplete: nextCursor === null,
  }
  return { items, meta: { ...page, tags: [], facets, corrections: [], catalog: 'db' } }
}

test('a search that ran out of time is no search without results, and can be tried again', async ({
  page,
}) => {
  const listing = listingOf(page)
  let isLate = true
  await page.route(/\/api\/marketplace\?q=oceanbase&/, (route) =>
    isLate ? route.fulfill({ json: incomplete([], null) }) : route.continue(),
  )
  await whenListing(page, '/search')
  await listing.box.fill('oceanbase')
  const alert = listing.main.getByRole('alert')
  await expect(alert).toContainText('This search took longer than it may')
  await expect(listing.main.getByText(/Nothing found|ends before/)).toHaveCount(0)
  await expectAccessible(page)
  isLate = false
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(listing.cards.first()).toBeVisible()
  await expect(alert).toHaveCount(0)
})

test('a page without packages that is not the last one leads on to the next', async ({ page }) => {
  const listing = listingOf(page)
  const further = gate()
  await page.route(/\/api\/marketplace\?q=walked&/, async (route) => {
    if (!route.request().url().includes('cursor=')) return route.fulfill({ json: incomplete([], 'further') })
    await further.opened
    const answer = await page.request.get('/api/marketplace?q=oceanbase')
    return route.fulfill({ body: await answer.text(), contentType: 'application/json' })
  })
  await whenListing(page, '/search')
  await listing.box.fill('walked')
  await expect(listing.main.getByText(/Looking further/)).toBeVisible()
  await expect(listing.main.getByText(/Nothing found|ends before/)).toHaveCount(0)
  further.open()
  await expect(listing.cards.filter({ hasText: 'OceanBase MCP Server' }).first()).toBeVisible()
})

test('without a network people are told so, and nothing they chose is lost', async ({
  page,
  context,
  guard,
}) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED/)
  const listing = listingOf(page)
  await whenListing(page, '/search')
  await context.setOffline(true)
  await listing.box.fill('oceanbase')
  await expect(listing.main.getByRole('alert')).toContainText('You are offline')
  await context.setOffline(false)
  await listing.main.getByRole('button', { name: 'Try again' }).click()
  await expect(listing.cards.filter({ hasText: 'OceanBase MCP Server' }).first()).toBeVisible()
})

test('what nobody calls so is looked for under its likely name, and that is said', async ({ page }) => {
  await whenListing(page, '/search?q=postgers')
  await expect(
    listingOf(page).main.getByText(/Showing results for postgres as well as “postgers”/),
  ).toBeVisible()
})

test('what a signed-in person searched for is remembered once they meant it', async ({
  page,
  context,
  request,
  baseURL,
}) => {
  const account = await openAccount(request)
  await enterAs(context, account, baseURL ?? '')
  const listing = listingOf(page)
  const noted = page.waitForResponse(
    (response) => response.url().endsWith('/api/search-history') && response.ok(),
  )
  await whenListing(page, '/search')
  await listing.box.fill('oceanb')
  await expect(page).toHaveURL('/search?q=oceanb')
  await listing.box.fill('oceanbase')
  await listing.box.press('Enter')
  await noted
  await page.goto('/settings/searches')
  const searches = page.getByRole('region', { name: 'Your searches' }).getByRole('listitem')
  await expect(searches).toHaveCount(1)
  await expect(searches).toContainText('oceanbase')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete oceanbase' }).click()
  await expect(page.getByText('No searches yet')).toBeVisible()
  await page.getByRole('button', { name: 'Stop keeping my searches' }).click()
  await expect(page.getByText('Your searches are not kept.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Keep my searches' })).toBeVisible()
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })
  test('words, filters, order and pages still work', { tag: '@phone' }, async ({ page, isMobile }) => {
    const { main } = listingOf(page)
    await page.goto('/search?price=free')
    await main.getByRole('searchbox').fill('server')
    await main.getByRole('button', { name: 'Search', exact: true }).click()
    await expect(page).toHaveURL(/q=server/)
    await expect(page).toHaveURL(/price=free/)
    await main.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /next/i }).click()
    await expect(page).toHaveURL(/page=2/)
    await expect(main.getByRole('article').first()).toBeVisible()
    if (isMobile) await main.getByRole('button', { name: 'Filters' }).click()
    await main
      .getByRole('list', { name: 'Kind' })
      .getByRole('link', { name: /^MCP servers/ })
      .click()
    await expect(page).toHaveURL(/kind=mcp-server/)
    await expect(main.getByRole('button', { name: 'Load more' })).toBeHidden()
  })
})
