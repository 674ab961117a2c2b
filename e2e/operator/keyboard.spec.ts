/** Moderation with the keyboard alone. */
import { operator, signIn } from '../fixtures/account.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { openSeller } from '../fixtures/seller.ts'
import { expect, test } from '../fixtures/test.ts'

test('a question opens, gives the focus back on Escape, and is answered from the keyboard', async ({
  page,
  request,
}) => {
  const seller = await openSeller(request)
  const handle = `${seller.namespace}/keys`
  const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
  expect((await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })).status()).toBe(201)
  await signIn(page, operator, `/operator/packages/${handle}`)
  const ask = page.getByRole('main').getByRole('button', { name: 'Quarantine', exact: true }).first()
  const question = page.getByRole('dialog')
  for (
    let presses = 0;
    presses < 60 && !(await ask.evaluate((node) => node === document.activeElement));
    presses++
  ) {
    await page.keyboard.press('Tab')
  }
  await expect(ask).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question.getByRole('textbox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(ask).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('It bites.')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'Put in quarantine' })).toBeVisible()
  expect((await request.get(`/api/packages/${handle}`)).status()).toBe(404)
})
