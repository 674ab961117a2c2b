/** What a seller does with a package that is out, and who gets to see a seller's pages at all. */
import type { APIRequestContext } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { enterAs, openAccount, openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

let seller: SellerAccount

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  await request.dispose()
})

/** A package of the seller's, published past the pages. */
async function publishOne(request: APIRequestContext): Promise<string> {
  const handle = `${seller.namespace}/${uniqueName('pkg')}`
  const answer = await request.post('/api/v1/packages', {
    headers: { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' },
    data: manifestOf(handle),
  })
  expect(answer.status(), await answer.text()).toBe(201)
  return handle
}

test('price and category are saved, and everybody sees them', async ({ page, context, request, baseURL }) => {
  const handle = await publishOne(request)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  const main = page.getByRole('main')
  const price = main.getByLabel('Price in US dollars')
  await expect(price).toHaveValue('0.00')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await price.fill('12,50')
  await expect(main.getByText('Write dollars and cents, such as 12.50.')).toBeVisible()
  await main.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(price).toBeFocused()
  await expectAccessible(page)
  await price.fill('12.5')
  await expect(main.getByText('Shoppers pay $12.50.')).toBeVisible()
  await main.getByLabel('Category').selectOption({ index: 2 })
  await main.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(main.getByText('Saved: $12.50, in')).toBeVisible()
  await expect(price).toHaveValue('12.50')
  const seen = await request.get(`/api/packages/${handle}`)
  expect(await seen.json()).toMatchObject({ price: { amount: 1250, currency: 'USD' } })
})

test('a package leaves the shelf and returns', async ({ page, context, request, baseURL }) => {
  const handle = await publishOne(request)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  const main = page.getByRole('main')
  const shelf = main.getByRole('switch', { name: 'Available' })
  await shelf.click()
  await expect(main.getByText('Saved: unavailable.')).toBeVisible()
  await expect(shelf).not.toBeChecked()
  await expect(main.getByText('You took it off the shelf. Only you can see it.')).toBeVisible()
  expect((await request.get(`/api/packages/${handle}`)).status()).toBe(404)
  await page.reload()
  await expect(shelf).not.toBeChecked()
  await shelf.click()
  await expect(main.getByText('Saved: available.')).toBeVisible()
  expect((await request.get(`/api/packages/${handle}`)).status()).toBe(200)
})

test('a change that did not get through is taken back and said', async ({
  page,
  context,
  request,
  baseURL,
  guard,
}) => {
  guard.allow(/ERR_FAILED/)
  const handle = await publishOne(request)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  const main = page.getByRole('main')
  await page.route('**/api/packages/**', (route) => route.abort('failed'))
  await main.getByRole('switch').click()
  await expect(main.getByRole('alert')).toContainText('Still available')
  await expect(main.getByRole('switch')).toBeChecked()
  await main.getByLabel('Price in US dollars').fill('3')
  await main.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(main.getByRole('alert').filter({ hasText: 'Not saved' })).toBeVisible()
  await expectAccessible(page)
})

test('the next version starts from the last one', async ({ page, context, request, baseURL }) => {
  const handle = await publishOne(request)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  await page.getByRole('link', { name: 'Publish next version' }).click()
  const { editor, status, publish, published, main } = publishingPage(page)
  await expect(editor).toHaveValue(manifestOf(handle, { version: '1.0.1' }))
  await expect(status).toHaveText('No problems.')
  await publish.click()
  await expect(published(handle, '1.0.1')).toBeVisible()
  await main.getByRole('link', { name: 'Price and visibility' }).click()
  await expect(page.getByRole('row', { name: /1\.0\.1 latest/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /1\.0\.0/ })).toBeVisible()
})

test('the recipe for the command line publishes', async ({ page, context, request, baseURL }) => {
  const handle = await publishOne(request)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  const recipe = page.getByRole('region', { name: 'publish command' })
  await expect(recipe).toContainText(`curl --fail-with-body ${new URL(baseURL ?? '').origin}/api/v1/packages`)
  await expect(recipe).toContainText(`--data-binary @${handle.split('/')[1]}.yaml`)
  await expect(page.getByRole('main').getByRole('link', { name: 'API token', exact: true })).toHaveAttribute(
    'href',
    '/settings/tokens',
  )
})

test('somebody else’s package is as absent as one that never was', async ({
  page,
  context,
  baseURL,
  guard,
}) => {
  guard.allow(/404/)
  await enterAs(context, seller, baseURL ?? '')
  for (const handle of ['demo/changelog-writer', `${seller.namespace}/never-was`, 'Not%20a/handle']) {
    const answer = await page.goto(`/dashboard/packages/${handle}`)
    expect(answer?.status(), handle).toBe(404)
  }
})

test('strangers are asked to sign in, and come back', async ({ page }) => {
  for (const path of ['/dashboard', '/dashboard/publish', '/dashboard/packages/demo/changelog-writer']) {
    await page.goto(path)
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`)
  }
})

test('search engines are asked to stay out', async ({ page, context, baseURL }) => {
  await enterAs(context, seller, baseURL ?? '')
  for (const path of ['/dashboard', '/dashboard/publish']) {
    await page.goto(path)
    await expect(page.locator('meta[name="robots"]')).toHaveAttribute('content', 'noindex, nofollow')
  }
})

test('publishing without a store leads to opening one', async ({ page, context, request, baseURL }) => {
  await enterAs(context, await openAccount(request), baseURL ?? '')
  await page.goto('/dashboard/publish')
  await expect(page.getByText('Open a store first')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('main').getByRole('link', { name: 'Open your store' }).click()
  await expect(page.getByRole('heading', { name: 'Open your store' })).toBeVisible()
})
