/** The three people of the embedded marketplace: each signs in, and the account shows what they are. */
import { operator, seller, shopper, signIn } from '../fixtures/account.ts'
import { expect, expectAccessible, test } from '../fixtures/test.ts'

test('the shopper is nobody special', async ({ page }) => {
  await signIn(page, shopper)
  await page.getByRole('button', { name: /^Account of/ }).click()
  const menu = page.locator('#account-menu')
  await expect(menu).toContainText(shopper.email)
  await expect(menu.getByRole('link', { name: 'Sell on Souk' })).toBeVisible()
  await expect(menu.getByText('Operator', { exact: true })).toHaveCount(0)
  for (const link of await menu.getByRole('link').all()) {
    const answer = await page.request.get((await link.getAttribute('href')) ?? '')
    expect(answer.status(), await link.innerText()).toBe(200)
  }
  await expectAccessible(page)
  await menu.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Join' })).toBeVisible()
})

test('the seller finds their store', async ({ page }) => {
  await signIn(page, seller, '/dashboard')
  await expect(page.getByRole('main')).toContainText('Demo Store')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.locator('#account-menu').getByRole('link', { name: 'Your store' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Demo Store' })).toBeVisible()
})

test('the operator is known as one', async ({ page }) => {
  await signIn(page, operator)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.locator('#account-menu').getByRole('link', { name: 'Operator' })).toBeVisible()
})
