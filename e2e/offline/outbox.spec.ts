/** Buying without a network: agreed to in a tunnel, bought once and in order behind it. */
import { shopper, signIn } from '../fixtures/account.ts'
import { expectKept, killWorker, withWorker } from '../fixtures/app-worker.ts'
import { openOffer } from '../fixtures/buying.ts'
import { openFrontProxy } from '../fixtures/front-proxy.ts'
import { agreeOffline, bought, news, openOffers, outboxButton, script } from '../fixtures/outbox.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test.use({ serviceWorkers: 'allow' })

test('buys what was agreed to without a network as soon as there is one, from a page that was only clicked to', async ({
  page,
  context,
  request,
  guard,
}) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_FAILED|Failed to load resource/)
  const { handle, seller } = await openOffer(request, 100)
  await signIn(page, shopper, `/stores/${seller.namespace}`)
  await withWorker(page)
  await page.locator(`main a[href="/packages/${handle}"]`).first().click()
  await page.waitForURL(`**/packages/${handle}`)
  await expect(page.getByRole('link', { name: 'Buy for $1.00' })).toBeVisible()
  await expectKept(page, `/packages/${handle}`)
  await context.setOffline(true)

  // The copy is what strangers see; who is asked to pay is known from before.
  await page.reload()
  await expect(page.locator('[data-slot="kept-notice"]')).toBeVisible()
  await expect(page.getByText('at this price or not at all, for shopper@souk.test')).toBeVisible()
  await agreeOffline(page)
  await expect(news(page)).toContainText('waits in the outbox')
  await outboxButton(page).click()
  const panel = page.getByRole('dialog', { name: 'Outbox' })
  await expect(panel).toContainText('Will be bought when you are online again, at this price or not at all.')
  await expectAccessible(page, '#outbox')
  await expectNoSidewaysScroll(page)

  // Nobody has to wait for what they no longer want.
  await panel.getByRole('button', { name: /^Cancel/ }).click()
  await expect(outboxButton(page)).toHaveCount(0)
  await agreeOffline(page)

  await context.setOffline(false)
  await expect(news(page)).toContainText('was bought')
  expect(await bought(page, [handle])).toEqual([handle])
  await expect(page.getByRole('link', { name: 'In your library' })).toBeVisible()
  await outboxButton(page).click()
  await panel.getByRole('link', { name: 'See the receipt' }).click()
  await page.waitForURL(/\/orders\//)
  await expect(page.getByText('100 credits of the wallet')).toBeVisible()
})

test('three tabs, five purchases, a worker killed twice, a shop that answers 503, 429, 201, 422: each once, in order', async ({
  page,
  context,
  request,
  baseURL,
  guard,
}) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_FAILED|Failed to load resource|status 503/)
  const handles = await openOffers(request, 5)
  const proxy = await openFrontProxy(baseURL ?? '')
  const { keys, hung } = script(proxy, [
    'hang',
    { status: 503, code: 'unavailable', retryAfter: '1' },
    { status: 429, code: 'rate_limited', retryAfter: '1' },
    'pass',
    'hang',
    { status: 422, code: 'validation_failed' },
  ])
  await signIn(page, shopper, '/')
  const tabs = [page, await context.newPage(), await context.newPage()]
  for (const [index, tab] of tabs.entries()) {
    await tab.goto(`${proxy.origin}/packages/${handles[index] ?? ''}`)
    await withWorker(tab)
    await expect(tab.getByRole('link', { name: 'Buy for $1.00' })).toBeVisible()
  }
  for (const handle of [...handles.slice(3), handles[0] ?? '']) {
    await page.goto(`${proxy.origin}/packages/${handle}`)
    await expect(page.getByRole('link', { name: 'Buy for $1.00' })).toBeVisible()
    await expectKept(page, `/packages/${handle}`)
  }
  await context.setOffline(true)
  for (const [index, tab] of tabs.entries()) {
    await tab.bringToFront()
    await agreeOffline(tab)
    await expect(outboxButton(tab)).toHaveText(
      `${index + 1} ${index === 0 ? 'purchase waits' : 'purchases wait'}`,
    )
  }
  await page.bringToFront()
  for (const handle of handles.slice(3)) {
    await page.goto(`${proxy.origin}/packages/${handle}`)
    await agreeOffline(page)
  }
  await expect(outboxButton(page)).toHaveText('5 purchases wait')

  await context.setOffline(false)
  await expect.poll(hung).toBe(1)
  await killWorker(context, page)
  // Whoever goes on is told to wait twice, then buys the first, and dies over the second.
  await expect.poll(hung).toBe(2)
  await killWorker(context, page)

  for (const tab of tabs) await expect(outboxButton(tab)).toHaveText('1 not bought, 4 bought')
  const refusedAt = handles[1] ?? ''
  const expected = handles.filter((handle) => handle !== refusedAt)
  expect(await bought(page, handles)).toEqual(expected)
  // Each was settled before the next was begun, under one key however often it was sent.
  const turns = keys.filter((key, index) => key !== keys[index - 1])
  expect(turns).toHaveLength(5)
  expect(new Set(turns).size).toBe(5)
  expect(keys.filter((key) => key === turns[0]).length).toBeGreaterThanOrEqual(4)
  await outboxButton(page).click()
  const panel = page.getByRole('dialog', { name: 'Outbox' })
  await expect(panel).toContainText('Not now.')
  await expect(panel).toContainText('Nothing was paid.')
  await proxy.close()
})
