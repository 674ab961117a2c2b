/** Publishing without a mouse, a fault on the way included. */
import type { Locator } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { enterAs, openSeller } from '../fixtures/seller.ts'
import { expect, test } from '../fixtures/test.ts'

test('everything works by keyboard alone', async ({ page, context, request, baseURL }) => {
  const seller = await openSeller(request)
  await enterAs(context, seller, baseURL ?? '')
  const handle = `${seller.namespace}/by-keyboard`
  const { open, editor, status, published, main, faults } = publishingPage(page)
  await open()
  const focusByTab = async (locator: Locator) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    await expect(locator, 'Tab was to lead there').toBeFocused()
  }
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await focusByTab(editor)
  await page.keyboard.insertText(manifestOf(handle).replace('kind: prompt', 'kind: spell'))
  await expect(faults.getByRole('button')).toHaveCount(1)
  await focusByTab(faults.getByRole('button').first())
  await page.keyboard.press('Enter')
  await expect(editor).toBeFocused()
  await page.keyboard.insertText('prompt')
  await expect(status).toHaveText('No problems.')
  await focusByTab(main.getByLabel('Category'))
  await focusByTab(main.getByRole('button', { name: 'Publish', exact: true }))
  await page.keyboard.press('Enter')
  await expect(published(handle, '1.0.0')).toBeFocused()
})
