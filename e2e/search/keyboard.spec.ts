/** The palette by keyboard alone. */
import type { Page } from '@playwright/test'
import { paletteOf } from '../fixtures/search.ts'
import { expect, test } from '../fixtures/test.ts'

/** The page listens for keys once its scripts run: the palette's file is fetched then. */
async function openReady(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(async () => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog', { name: 'Search' })).toBeVisible({
      timeout: 500,
    })
  }).toPass()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Search' })).toHaveCount(0)
}

test('a slash opens it, arrows choose, Enter opens the package, and the whole way is announced', async ({
  page,
}) => {
  await openReady(page, '/')
  const palette = paletteOf(page)
  await page.keyboard.press('/')
  await expect(palette.box).toBeFocused()
  await page.keyboard.type('mongodb')
  await expect(palette.group('Packages').getByRole('option').first()).toBeVisible()
  await expect(palette.announced).toHaveText(/\d+ packages?/)
  await expect(palette.selected).toHaveCount(0)

  const options = palette.list.getByRole('option')
  await page.keyboard.press('ArrowDown')
  await expect(options.first()).toHaveAttribute('aria-selected', 'true')
  await expect(palette.box).toHaveAttribute(
    'aria-activedescendant',
    (await options.first().getAttribute('id')) ?? '',
  )
  await page.keyboard.press('End')
  await expect(options.last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowDown')
  await expect(palette.selected).toHaveCount(0)
  await page.keyboard.press('ArrowUp')
  await expect(options.last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Home')
  await expect(options.first()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/packages\//)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/mongo/i)
})

test('Enter without a selection searches for what was typed', async ({ page }) => {
  await openReady(page, '/categories')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('oceanbase')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/search\?q=oceanbase$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('oceanbase')
})

test('Tab completes, and where there is nothing to complete it moves on', async ({ page }) => {
  await openReady(page, '/')
  const palette = paletteOf(page)
  await expect(async () => {
    // On a busy machine an earlier opening may still be on its way out.
    if (!(await palette.dialog.isVisible())) await page.keyboard.press('/')
    await expect(palette.dialog).toBeVisible({ timeout: 500 })
  }).toPass()
  await page.keyboard.type('lang')
  await expect(palette.group('Tag keys').getByRole('option')).toHaveText(['language:'])
  await page.keyboard.press('End')
  await expect(palette.selected).toHaveCount(0)
  for (
    let steps = 0;
    steps < 20 && !(await palette.selected.allTextContents()).includes('language:');
    steps++
  ) {
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Tab')
  await expect(palette.box).toHaveValue('language:')
  await page.keyboard.type('en')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=language%3Aen/)

  await page.keyboard.press('Control+k')
  await palette.box.fill('')
  await page.keyboard.press('Tab')
  await expect(palette.dialog.getByRole('button', { name: 'Close search' })).toBeFocused()
})

test('Escape closes it and gives the focus back; in a field a slash is a slash', async ({ page }) => {
  await openReady(page, '/')
  const palette = paletteOf(page)
  const link = page.getByRole('main').getByRole('article').first().getByRole('link').first()
  await link.focus()
  await page.keyboard.press('/')
  await expect(palette.box).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette.dialog).toHaveCount(0)
  await expect(link).toBeFocused()

  const field = page.getByRole('main').getByRole('searchbox')
  await field.focus()
  await page.keyboard.type('a/b')
  await expect(field).toHaveValue('a/b')
  await expect(palette.dialog).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await expect(palette.dialog).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(palette.dialog).toHaveCount(0)
})
