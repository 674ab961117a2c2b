/** Reviews as shoppers write them: one a person, changed and taken back. */
import { manifestOf } from '../fixtures/manifest.ts'
import { enterAs, openAccount, openSeller } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test(
  'a shopper writes a review, changes it and takes it back',
  { tag: '@phone' },
  async ({ page, context, request, baseURL }) => {
    test.slow()
    const seller = await openSeller(request)
    const handle = `${seller.namespace}/rated`
    const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
    expect((await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })).status()).toBe(201)
    await page.goto(`/packages/${handle}`)
    await expect(page.getByRole('link', { name: 'Sign in to review it' })).toBeVisible()

    await enterAs(context, await openAccount(request), baseURL ?? '')
    await page.goto(`/packages/${handle}`)
    const mine = page.getByRole('region', { name: 'Your review' })
    const reviews = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Reviews', exact: true }) })
    await mine.getByLabel('4 stars').check()
    await mine.getByLabel('What should others know?').fill('Says everything twice, as promised.')
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await mine.getByRole('button', { name: 'Publish review' }).click()
    await expect(reviews.getByRole('listitem').filter({ hasText: 'Says everything twice' })).toHaveCount(1)
    await expect(reviews.getByText('1 rating')).toBeVisible()

    await mine.getByLabel('2 stars').check()
    await mine.getByRole('button', { name: 'Save changes' }).click()
    await expect(reviews.getByText('2.0', { exact: true })).toBeVisible()
    await expect(reviews.getByText('1 rating')).toBeVisible()

    await mine.getByRole('button', { name: 'Delete my review' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await expect(reviews.getByText('Nobody has reviewed this package yet.')).toBeVisible()
  },
)

test('nobody reviews their own package, by page or by API', async ({ page, context, request, baseURL }) => {
  const seller = await openSeller(request)
  const handle = `${seller.namespace}/mine`
  const authorization = `Bearer ${seller.accessToken}`
  const headers = { authorization, 'content-type': 'application/yaml' }
  expect((await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })).status()).toBe(201)
  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/packages/${handle}`)
  await expect(page.getByText('Nobody has reviewed this package yet.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Your review' })).toHaveCount(0)
  const refused = await request.put(`/api/packages/${handle}/review`, {
    headers: { authorization },
    data: { rating: 5 },
  })
  expect(refused.status()).toBe(403)
  expect(((await refused.json()) as { code: string }).code).toBe('own_package')
})
