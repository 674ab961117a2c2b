/** The library follows a package through a newer version and through versions that are withdrawn. */
import { shopper, signIn } from '../fixtures/account.ts'
import { openOffer } from '../fixtures/buying.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test(
  'says what is newer, offers nothing older, and keeps what was withdrawn',
  { tag: '@phone' },
  async ({ page, request, baseURL }) => {
    const { handle, seller } = await openOffer(request, 100)
    const headers = { authorization: `Bearer ${seller.accessToken}` }
    await signIn(page, shopper)
    const bought = await page.request.post('/api/purchases', {
      headers: { origin: baseURL ?? '' },
      data: { handle, expectedPrice: { amount: 100, currency: 'USD' } },
    })
    expect(bought.status(), await bought.text()).toBe(201)
    const published = await request.post('/api/v1/packages', {
      headers: { ...headers, 'content-type': 'application/yaml' },
      data: manifestOf(handle, { version: '1.1.0' }),
    })
    expect(published.status(), await published.text()).toBe(201)

    const row = page
      .getByRole('list', { name: 'Library' })
      .getByRole('listitem')
      .filter({ hasText: handle })
      .first()
    await page.goto('/library')
    await expect(row).toContainText('you have 1.0.0')
    const update = row.getByRole('link', { name: /^Update to 1\.1\.0/ })
    expect((await page.request.get((await update.getAttribute('href')) ?? '')).status()).toBe(200)
    const yank = async (version: string) => {
      const answer = await request.post(`/api/v1/packages/${handle}/${version}/yank`, { headers, data: {} })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
    await yank('1.1.0')
    await page.reload()
    await expect(row.getByRole('link', { name: /^Download 1\.0\.0/ })).toBeVisible()
    await expect(row).not.toContainText('New version')
    await yank('1.0.0')
    await page.reload()
    await expect(row.getByText('Withdrawn', { exact: true })).toBeVisible()
    const kept = row.getByRole('link', { name: /^Download 1\.1\.0/ })
    expect((await page.request.get((await kept.getAttribute('href')) ?? '')).status()).toBe(200)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  },
)
