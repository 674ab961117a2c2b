/** Buying with credits, however clumsily: clicked twice, reloaded, gone back, cut off. It is paid once. */
import { randomUUID } from 'node:crypto'
import { shopper, signIn } from '../fixtures/account.ts'
import { openOffer } from '../fixtures/buying.ts'
import { enterAs, openAccount } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

interface OrderList {
  items: { handle: string; id: string }[]
}

test(
  'is paid once through a double click, a lost answer, a reload and the back button',
  { tag: '@phone' },
  async ({ page, request, guard }) => {
    test.slow()
    guard.allow(/ERR_CONNECTION|ERR_FAILED/)
    const { handle } = await openOffer(request, 100)
    await page.goto(`/packages/${handle}`)
    const panel = page.getByRole('region', { name: 'Install' })
    await expect(panel.getByText('You sign in first')).toBeVisible()
    await panel.getByRole('link', { name: 'Buy for $1.00' }).click()
    await page.waitForURL(/\/sign-in\?next=/)
    await signIn(page, shopper, `/checkout/${handle}`)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    // The server does it, and the answer is lost on the way back.
    const keys: (string | undefined)[] = []
    let lost = 0
    await page.route('**/api/purchases', async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      if (lost > 0) return await route.continue()
      lost += 1
      await route.fetch()
      await route.abort('connectionreset')
    })
    await page.getByRole('button', { name: 'Pay 100 credits' }).dblclick()
    await expect(page.getByText('It may have gone through.')).toBeVisible()
    expect(keys).toHaveLength(1)

    await page.reload()
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}/)
    await expect(page.getByText('is in your library')).toBeVisible()
    expect(new Set(keys).size).toBe(1)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    const { items } = (await (await page.request.get('/api/purchases')).json()) as OrderList
    expect(items.filter((order) => order.handle === handle)).toHaveLength(1)

    await page.goto(`/checkout/${handle}`)
    await expect(page.getByText('There is nothing more to pay.')).toBeVisible()
    await page.goto(`/packages/${handle}`)
    await expect(panel.getByRole('link', { name: 'In your library' })).toBeVisible()
    await expect(panel.getByRole('link', { name: /^Download/ })).toBeVisible()
  },
)

test('asks anew when the price changes under the shopper', async ({ page, request, guard }) => {
  guard.allow(/409/)
  const { handle, reprice } = await openOffer(request, 100)
  await signIn(page, shopper, `/checkout/${handle}`)
  const pay = page.getByRole('button', { name: 'Pay 100 credits' })
  await expect(pay).toBeVisible()
  await reprice(150)
  await pay.click()
  await expect(page.getByText('The price has changed')).toBeVisible()
  await expect(page.getByText('Nothing was paid; pay only if you agree.')).toBeVisible()
  await page.getByRole('button', { name: 'Pay 150 credits' }).click()
  await page.waitForURL(/\/orders\//)
  await expect(page.getByText('150 credits of the wallet')).toBeVisible()
})

test(
  'says what is missing to whoever has not enough, and sells nothing',
  { tag: '@phone' },
  async ({ page, context, request, baseURL }) => {
    const { handle } = await openOffer(request, 900)
    const account = await openAccount(request)
    await enterAs(context, account, baseURL ?? '')
    await page.goto(`/checkout/${handle}`)
    await expect(page.getByRole('definition').filter({ hasText: '900 credits' })).toBeVisible()
    await page.getByRole('link', { name: 'Top up your wallet' }).click()
    await page.waitForURL(/\/wallet\?/)
    await expect(page.getByText('Card payments are not set up on this marketplace.')).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    const refused = await request.post('/api/purchases', {
      headers: { authorization: `Bearer ${account.accessToken}`, 'idempotency-key': randomUUID() },
      data: { handle, expectedPrice: { amount: 900, currency: 'USD' } },
    })
    expect(refused.status()).toBe(402)
  },
)
