/** Charging by use from both sides: prices, a budget, what was used, and seats beside them. */
import { randomUUID } from 'node:crypto'
import { shopper, signIn } from '../fixtures/account.ts'
import { openOffer } from '../fixtures/buying.ts'
import { enterAs } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('a seller prices what their service does, a buyer allows it a budget, and both see what was used', async ({
  page,
  browser,
  guard,
  request,
  baseURL,
}) => {
  test.slow()
  const origin = baseURL ?? ''
  const { handle, seller } = await openOffer(request, 0)
  const context = await browser.newContext({ baseURL: origin })
  await enterAs(context, seller, origin)
  const shop = await context.newPage()
  await guard.watch(shop)
  await shop.goto(`/dashboard/packages/${handle}`)
  const prices = shop.getByRole('form', { name: 'Prices by use' })
  await prices.getByRole('button', { name: 'Add a price' }).click()
  await prices.getByLabel('Capability').fill('Words!')
  await prices.getByLabel('Credits').fill('3')
  await prices.getByLabel('For so many units').fill('10')
  await prices.getByRole('button', { name: 'Save prices' }).click()
  await expect(prices.getByText('Lower-case letters, digits')).toBeVisible()
  await prices.getByLabel('Capability').fill('words')
  await prices.getByRole('button', { name: 'Save prices' }).click()
  await expect(prices.getByRole('status')).toHaveText('Saved.')
  const seats = shop.getByRole('form', { name: 'Seats' })
  await seats.getByLabel('Seats to sell').fill('many')
  await seats.getByRole('button', { name: 'Save seats' }).click()
  await expect(seats.getByText('A whole number, or nothing for no limit.')).toBeVisible()
  await seats.getByLabel('Seats to sell').fill('25')
  await seats.getByRole('button', { name: 'Save seats' }).click()
  await expect(seats.getByText('0 of 25 seats sold')).toBeVisible()
  await expectAccessible(shop)

  await signIn(page, shopper, `/packages/${handle}`)
  const main = page.getByRole('main')
  const charges = main.getByRole('region', { name: 'Charges by use' })
  await expect(charges).toContainText('3 credits for 10')
  await charges.getByRole('link', { name: 'Set a budget' }).click()
  await page.waitForURL(/\/usage\?package=/)
  await main.getByLabel('Budget in credits').fill('60')
  await main.getByRole('button', { name: 'Set budget' }).click()
  const budgets = main.getByRole('list', { name: 'Budgets' })
  await expect(budgets).toContainText('0 credits used of 60 credits')
  const key = await budgets.locator('code').textContent()

  const reported = await request.post('/api/v1/usage-events', {
    headers: { authorization: `Bearer ${seller.accessToken}` },
    data: {
      events: [
        {
          ...{ id: randomUUID(), package: handle, budget: key, capability: 'words', units: 50 },
          at: new Date().toISOString(),
        },
      ],
    },
  })
  expect(await reported.json()).toMatchObject({ items: [{ status: 'accepted' }] })

  await page.reload()
  await expect(budgets).toContainText('15 credits used of 60 credits')
  await expect(main.getByRole('list', { name: 'By capability' })).toContainText('15 credits')
  await expectAccessible(page)
  await page.setViewportSize({ width: 320, height: 640 })
  await expectNoSidewaysScroll(page)
  await page.goto('/wallet?show=budgets')
  await expect(main.getByRole('list', { name: 'Movements' })).toContainText(handle)
  await main.getByRole('list', { name: 'Movements' }).getByRole('link', { name: handle }).click()
  await budgets.getByRole('button', { name: /^Revoke/ }).click()
  await expect(budgets).toContainText('15 credits of it charged')

  await shop.goto('/dashboard/usage')
  await expect(shop.getByRole('region', { name: 'Usage by day' })).toContainText('words')
  await expect(shop.getByRole('row', { name: new RegExp(handle) }).first()).toContainText('50')
  await expectAccessible(shop)
  await shop.setViewportSize({ width: 320, height: 640 })
  await expectNoSidewaysScroll(shop)
  await context.close()
})
