/** From nobody to a package that others find, get and cannot be taken in by: the whole way through the pages. */
import type { Locator } from '@playwright/test'
import { signUp, somebodyNew } from '../fixtures/account.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { uniqueName } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('a newcomer opens a store, claims a namespace and publishes what everybody then finds', async ({
  page,
  request,
  guard,
}) => {
  test.slow()
  const slug = uniqueName('bazaar')
  const word = uniqueName('zellige')
  const handle = `${slug}/first`
  const main = page.getByRole('main')

  await signUp(page, somebodyNew(), '/dashboard')
  await expect(main.getByRole('heading', { name: 'Open your store' })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await main.getByLabel('Address').fill('admin')
  await expect(main.getByText('"admin" is reserved.')).toBeVisible()
  await main.getByLabel('Address').fill('demo')
  await main.getByLabel('Store name').fill('The demo')
  await main.getByRole('button', { name: 'Open store' }).click()
  await expect(main.getByText('The store address "demo" is taken.')).toBeVisible()
  await expectAccessible(page)
  await main.getByLabel('Address').fill(slug)
  await main.getByRole('button', { name: 'Open store' }).click()

  await expect(main.getByRole('heading', { name: 'Claim a namespace' })).toBeFocused()
  await expect(main.getByRole('textbox', { name: 'Namespace' })).toHaveValue(slug)
  await expectAccessible(page)
  await main.getByRole('textbox', { name: 'Namespace' }).fill('demo')
  await main.getByRole('button', { name: 'Claim namespace' }).click()
  await expect(main.getByText('The namespace "demo" is taken.')).toBeVisible()
  await main.getByRole('textbox', { name: 'Namespace' }).fill(slug)
  await main.getByRole('button', { name: 'Claim namespace' }).click()

  await expect(main.getByRole('heading', { name: 'Publish your first package' })).toBeFocused()
  await expectAccessible(page)
  await main.getByRole('link', { name: 'Write the manifest' }).click()
  await expect(page.getByRole('heading', { name: 'Publish a package', level: 1 })).toBeVisible()

  const { editor, faults, publish, published, write } = publishingPage(page)
  const good = manifestOf(handle, { displayName: `Lantern ${word}`, description: `Finds the ${word}.` })
  await write(good.replace('kind: prompt', 'kind: spell').replace('license', 'licence'))
  await expect(faults.getByRole('button')).toHaveCount(2)
  await expect(faults.getByRole('button').first()).toContainText('Line 3')
  await expect(page.locator('[data-line="3"]')).toHaveAttribute('data-mark', 'danger')
  await expect(editor).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await publish.click()
  await expect(faults.getByRole('button').first()).toBeFocused()
  await faults.getByRole('button').nth(1).click()
  await expect(editor).toBeFocused()
  expect(await selectedText(editor)).toBe('licence')

  await write(good)
  await expect(faults).toHaveCount(0)
  const preview = main.getByRole('region', { name: 'Preview' })
  await expect(preview.getByRole('heading', { name: `Lantern ${word}` })).toBeVisible()
  await expect(preview.getByRole('heading', { name: 'Why it exists' })).toBeVisible()
  await preview.getByRole('tab', { name: 'Card' }).click()
  await expect(preview.getByText(`Finds the ${word}.`)).toBeVisible()
  await expectAccessible(page)

  await main.getByLabel('Category').selectOption({ index: 1 })
  await publish.click()
  await expect(published(handle, '1.0.0')).toBeFocused()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
  expect(await download.text()).toBe(good)
  await main.getByRole('link', { name: 'Open the package page' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Lantern ${word}`)
  await page.goto(`/search?q=${word}`)
  await expect(
    page
      .getByRole('main')
      .getByRole('link', { name: `Lantern ${word}` })
      .first(),
  ).toBeVisible()
  await page.goto('/dashboard')
  await expect(page.getByRole('row', { name: new RegExp(`Lantern ${word}.*Approved`) })).toBeVisible()
  await expectAccessible(page)

  await test.step('the same version with another text is a conflict that says what to do', async () => {
    guard.allow(/409/)
    await page.goto('/dashboard/publish')
    await write(good.replace('Finds the', 'Loses the'))
    await expect(main.getByText('1.0.0 is already published, and a version never changes.')).toBeVisible()
    await publish.click()
    const conflict = main.getByRole('alert').filter({ hasText: 'Already published' })
    await expect(conflict).toContainText(`${handle}@1.0.0 is already published`)
    await expectAccessible(page)
    await conflict.getByRole('button', { name: 'Make this 1.0.1' }).click()
    await expect(editor).toHaveValue(/^version: 1\.0\.1$/m)
    await publish.click()
    await expect(published(handle, '1.0.1')).toBeVisible()
  })
})

function selectedText(editor: Locator): Promise<string> {
  return editor.evaluate((area) => {
    if (!(area instanceof HTMLTextAreaElement)) throw new Error('not a text area')
    return area.value.slice(area.selectionStart, area.selectionEnd)
  })
}
