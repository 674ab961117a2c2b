/** Buying without a mouse, and what a screen reader hears of it. */
import { shopper, signIn } from '../fixtures/account.ts'
import { openOffer } from '../fixtures/buying.ts'
import { expect, test } from '../fixtures/test.ts'

test('goes from the package to the receipt with the keyboard alone', async ({ page, request, guard }) => {
  guard.allow(/503/)
  const { handle } = await openOffer(request, 50)
  await signIn(page, shopper, `/packages/${handle}`)
  const buy = page.getByRole('link', { name: 'Buy for $0.50' })
  await buy.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/checkout/${handle}`)
  const pay = page.getByRole('button', { name: 'Pay 50 credits' })
  let isAway = true
  await page.route('**/api/purchases', async (route) => {
    if (!isAway) return await route.continue()
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'unavailable', detail: 'A short break.', requestId: 'test' }),
    })
  })
  await pay.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'It may have gone through.' })).toBeVisible()
  isAway = false
  // The message took the focus; the next stop is the way on.
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Ask again' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/orders\//)
  await expect(page.getByRole('status').filter({ hasText: 'is in your library' })).toBeVisible()
})
