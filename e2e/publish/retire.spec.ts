/** What a seller does with versions that are out: taken out of `latest` for a reason, put back, advised against. */
import { manifestOf } from '../fixtures/manifest.ts'
import { enterAs, openSeller } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('a version is yanked with a reason, put back, and advised against', async ({
  page,
  context,
  request,
  baseURL,
}) => {
  test.slow()
  const seller = await openSeller(request)
  const handle = `${seller.namespace}/tool`
  const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
  for (const version of ['1.0.0', '1.1.0']) {
    const answer = await request.post('/api/v1/packages', { headers, data: manifestOf(handle, { version }) })
    expect(answer.status()).toBe(201)
  }
  const latest = async () =>
    ((await (await request.get(`/api/v1/packages/${handle}`)).json()) as { latest: string }).latest

  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${handle}`)
  const main = page.getByRole('main')
  const row = main.getByRole('row', { name: /1\.1\.0/ })
  await row.getByRole('button', { name: 'Yank 1.1.0' }).click()
  const question = page.getByRole('dialog', { name: 'Yank 1.1.0?' })
  await question.getByLabel('Reason').fill('It forgets words.')
  await question.getByRole('button', { name: 'Yank', exact: true }).click()
  await expect(row.getByText('yanked')).toBeVisible()
  expect(await latest()).toBe('1.0.0')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await row.getByRole('button', { name: 'Unyank 1.1.0' }).click()
  await expect(row.getByText('yanked')).toHaveCount(0)
  expect(await latest()).toBe('1.1.0')

  await main.getByRole('button', { name: 'Deprecate 1.0.0' }).click()
  const advice = page.getByRole('dialog', { name: 'Advise against 1.0.0?' })
  await advice.getByLabel('What people should know').fill('It is slow.')
  await advice.getByLabel('Use instead').fill(`${handle}@1.1.0`)
  await advice.getByRole('button', { name: 'Deprecate', exact: true }).click()
  await expect(main.getByRole('row', { name: /1\.0\.0/ }).getByText('deprecated')).toBeVisible()
  await page.goto(`/packages/${handle}?version=1.0.0`)
  await expect(main.getByText('It is slow.').first()).toBeVisible()
})
