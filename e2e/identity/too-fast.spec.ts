import { expect, test } from '@playwright/test'

// Of its own: all other tests share an address.
test.use({ extraHTTPHeaders: { 'x-forwarded-for': '198.51.100.77' } })

test('a form that is sent too often says when to send it again', async ({ page, request }) => {
  await page.goto('/sign-in')
  await Promise.all(Array.from({ length: 200 }, () => request.post('/sign-in')))
  await page.getByLabel('Email').fill('shopper@souk.test')
  await page.getByLabel('Password', { exact: true }).fill('not-the-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText(/^Too many requests\. Try again in \d+ seconds?\.$/)).toBeVisible()
})
