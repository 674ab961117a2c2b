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

test('what changed between versions is found from their list, and the publish log has each of them', async ({
  page,
  request,
}) => {
  test.slow()
  const seller = await openSeller(request)
  const handle = `${seller.namespace}/changed`
  const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
  const hashes: string[] = []
  for (const [version, description] of [
    ['1.0.0', 'It was small.'],
    ['1.1.0', 'It is large.'],
    ['1.2.0', 'It is large.'],
  ] as const) {
    const data = manifestOf(handle, { version, description })
    const answer = await request.post('/api/v1/packages', { headers, data })
    expect(answer.status()).toBe(201)
    hashes.push(((await answer.json()) as { version: { sha256: string } }).version.sha256)
  }
  const main = page.getByRole('main')
  await page.goto(`/packages/${handle}/versions`)
  await main.getByRole('link', { name: 'Changes in 1.1.0' }).click()
  await expect(page).toHaveURL(`/packages/${handle}/diff?from=1.0.0&to=1.1.0`)
  const changes = main.getByRole('region', { name: 'Changes from 1.0.0 to 1.1.0' })
  await expect(changes.getByRole('deletion').filter({ hasText: 'It was small.' })).toBeVisible()
  await expect(changes.getByRole('insertion').filter({ hasText: 'It is large.' })).toBeVisible()
  await expect(main.getByText('2 lines added, 2 removed.')).toBeVisible()
  await main.getByLabel('From', { exact: true }).selectOption('1.1.0')
  await main.getByLabel('To', { exact: true }).selectOption('1.2.0')
  await main.getByRole('button', { name: 'Compare' }).click()
  await expect(main.getByText('1 line added, 1 removed.')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('contentinfo').getByRole('link', { name: 'Publish log' }).click()
  await expect(page.getByRole('heading', { name: 'Publish log', level: 1 })).toBeVisible()
  await expect(main.getByRole('row').filter({ hasText: handle })).toHaveCount(3)
  await expect(main.getByRole('row').filter({ hasText: hashes[2] ?? '' })).toContainText(seller.namespace)
  await expectAccessible(page)
  await main.getByRole('link', { name: 'Older' }).click()
  await expect(page).toHaveURL(/before=/)
  await expect(main.getByRole('row').filter({ hasText: handle })).toHaveCount(0)
  await main.getByRole('link', { name: 'Newer' }).click()
  await expect(main.getByRole('row').filter({ hasText: handle }).first()).toBeVisible()
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)
})

test('a whole package is advised against, with what to use instead, and the advice taken back', async ({
  page,
  context,
  request,
  baseURL,
}) => {
  const seller = await openSeller(request)
  const [old, better] = [`${seller.namespace}/old`, `${seller.namespace}/better`]
  const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
  for (const handle of [old, better]) {
    const answer = await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })
    expect(answer.status()).toBe(201)
  }
  const deprecation = async () =>
    ((await (await request.get(`/api/packages/${old}`)).json()) as { deprecation: unknown }).deprecation

  await enterAs(context, seller, baseURL ?? '')
  await page.goto(`/dashboard/packages/${old}`)
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Deprecate the package' }).click()
  const question = page.getByRole('dialog', { name: `Advise against ${old}?` })
  await question.getByLabel('What people should know').fill('Nobody looks after it.')
  await question.getByLabel('Use instead').fill(`${seller.namespace}/nowhere`)
  await question.getByRole('button', { name: 'Deprecate', exact: true }).click()
  await expect(question.getByLabel('Use instead')).toHaveAttribute('aria-invalid', 'true')
  await expect(question.getByLabel('What people should know')).toHaveValue('Nobody looks after it.')
  await question.getByLabel('Use instead').fill(better)
  await question.getByRole('button', { name: 'Deprecate', exact: true }).click()
  await expect(question).toBeHidden()
  await expect(main.getByText('Nobody looks after it.')).toBeVisible()
  expect(await deprecation()).toMatchObject({ message: 'Nobody looks after it.', useInstead: better })
  await expectAccessible(page)

  await main.getByRole('button', { name: 'Take the advice back' }).click()
  await expect(main.getByRole('button', { name: 'Deprecate the package' })).toBeVisible()
  expect(await deprecation()).toBeNull()
})
