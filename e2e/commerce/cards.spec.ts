/** A package bought by card, and given back by its seller: seen from both sides. */
import { openOffer } from '../fixtures/buying.ts'
import { answerAsStripe, test } from '../fixtures/card-site.ts'
import { enterAs, openAccount } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll } from '../fixtures/test.ts'

test('a card pays for a package, and its seller gives the money back', async ({
  page,
  context,
  browser,
  request,
  guard,
  baseURL,
  cardSite,
}) => {
  test.slow()
  const origin = baseURL ?? ''
  const { handle, seller } = await openOffer(request, 900)
  await enterAs(context, await openAccount(request), origin)
  await answerAsStripe(page, cardSite.stripe)
  await page.goto(`/checkout/${handle}`)
  await page.getByRole('button', { name: 'Pay $9.00 by card' }).click()
  await page.waitForURL('https://checkout.stripe.test/**')
  await page.getByRole('link', { name: 'Pay' }).click()
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}/)
  const { pathname } = new URL(page.url())
  await expect(page.getByRole('definition').filter({ hasText: 'Grace Hopper' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Report a problem' })).toBeVisible()

  const shopContext = await browser.newContext({ baseURL: origin })
  await enterAs(shopContext, seller, origin)
  const shop = await shopContext.newPage()
  await guard.watch(shop)
  await shop.goto('/dashboard/orders')
  await shop.getByRole('region', { name: 'Orders' }).getByRole('link').click()
  await shop.waitForURL(/\/orders\//)
  await expect(shop.getByRole('link', { name: 'Report a problem' })).toBeHidden()
  await shop.getByRole('button', { name: 'Refund' }).click()
  const question = shop.getByRole('dialog', { name: 'Refund 900 credits' })
  await question.getByLabel('Reason').fill('We no longer look after it.')
  await question.getByRole('button', { name: 'Refund for good' }).click()
  await expect(shop.getByText('Refunded by the seller')).toBeVisible()
  await expectAccessible(shop)
  await shopContext.close()

  await page.goto('/notifications')
  await page.getByRole('button', { name: new RegExp(`Your purchase of ${handle} was refunded`) }).click()
  await page.waitForURL(`**${pathname}`)
  await expect(page.getByText('We no longer look after it.')).toBeVisible()
  await page.goto('/wallet')
  await expect(page.getByRole('list', { name: 'Movements' })).toContainText('+900 credits')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
})
