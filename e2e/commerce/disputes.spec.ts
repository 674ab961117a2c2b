/** A dispute in the browser, from both sides to a decision. */
import { shopper, signIn } from '../fixtures/account.ts'
import { openOffer } from '../fixtures/buying.ts'
import { operatorPage } from '../fixtures/operating.ts'
import { enterAs } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('a buyer reports, the seller answers, an operator decides; both see every step', async ({
  page,
  browser,
  guard,
  request,
  baseURL,
}) => {
  test.slow()
  const origin = baseURL ?? ''
  const { seller, handle } = await openOffer(request, 500)
  await signIn(page, shopper)
  const bought = await page.request.post('/api/purchases', {
    headers: { origin },
    data: { handle, expectedPrice: { amount: 500, currency: 'USD' } },
  })
  expect(bought.status(), await bought.text()).toBe(201)
  const { id } = (await bought.json()) as { id: string }

  await page.goto(`/orders/${id}/dispute`)
  const main = page.getByRole('main')
  await main.getByLabel('Tell the seller what happened').fill('It stops at the first step.')
  const log = { name: 'console.log', mimeType: 'text/plain', buffer: Buffer.from('no such model\n') }
  await main.getByLabel('Files').setInputFiles(log)
  await expectAccessible(page)
  await main.getByRole('button', { name: 'Report the problem' }).click()
  const timeline = main.getByRole('list', { name: 'Timeline' })
  await expect(timeline).toContainText('You reported a problem: it does not work')
  await expect(timeline).toContainText('Never downloaded or launched')
  await expect(timeline.getByRole('link', { name: /console\.log/ })).toBeVisible()
  await expectNoSidewaysScroll(page)

  const context = await browser.newContext({ baseURL: origin })
  await enterAs(context, seller, origin)
  const shop = await context.newPage()
  await guard.watch(shop)
  await shop.goto('/dashboard/disputes')
  await shop.getByRole('main').getByRole('list', { name: 'Disputes' }).getByRole('link').click()
  await shop.getByLabel('Your answer').fill('It needs version 2 of the model.')
  await expectAccessible(shop)
  await shop.getByRole('button', { name: 'Send the answer' }).click()
  await expect(shop.getByRole('list', { name: 'Timeline' })).toContainText('You answered')
  const file = await shop.request.get(
    (await shop.getByRole('link', { name: /console\.log/ }).getAttribute('href')) ?? '',
  )
  expect(file.headers()['content-disposition']).toContain('attachment; filename="console.log"')

  // With the keyboard alone, once.
  const desk = await operatorPage(browser, guard, origin)
  await desk.goto(`/operator/disputes/${id}`)
  await expectAccessible(desk)
  await desk.getByRole('radio', { name: /Refund the buyer/ }).focus()
  await desk.keyboard.press('Space')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('It was not said.')
  await desk.keyboard.press('Tab')
  await desk.keyboard.press('Enter')
  await expect(desk.getByRole('list', { name: 'Timeline' })).toContainText('You refunded it')

  await page.reload()
  await expect(main.getByText('500 credits went back to your wallet.')).toBeVisible()
  await expect(timeline).toContainText('It was not said.')
  await shop.goto('/dashboard/money')
  await expect(shop.getByRole('main').getByRole('region', { name: 'Orders', exact: true })).toContainText(
    'Refunded',
  )
  await expectAccessible(shop)
  await expectNoSidewaysScroll(shop)
  await desk.goto('/operator/money')
  await expect(desk.getByRole('row', { name: /^All in credits/ })).toContainText('0 credits')
  await expectAccessible(desk)
  await Promise.all([context.close(), desk.context().close()])
})
