/** A case as operators judge it: every version, its files and what changed, though hidden; and one deleted for good. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { manifestOf } from '../fixtures/manifest.ts'
import { operatorPage } from '../fixtures/operating.ts'
import { openSeller } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('an operator reads every version of a hidden package, and deletes one for a reason', async ({
  browser,
  request,
  baseURL,
  guard,
}) => {
  test.slow()
  const seller = await openSeller(request)
  const handle = `${seller.namespace}/case`
  const authorization = `Bearer ${seller.accessToken}`
  const file = gzipSync('What goes along.')
  const uploaded = await request.put(`/api/v1/uploads/${handle}/1.1.0/extra.tgz`, {
    headers: { authorization, 'content-type': 'application/gzip' },
    data: file,
  })
  expect(uploaded.ok(), await uploaded.text()).toBe(true)
  for (const [version, description, files] of [
    ['1.0.0', 'It holds a secret.', ''],
    ['1.1.0', 'It holds none.', '?files=extra.tgz'],
  ] as const) {
    const answer = await request.post(`/api/v1/packages${files}`, {
      headers: { authorization, 'content-type': 'application/yaml' },
      data: manifestOf(handle, { version, description }),
    })
    expect(answer.status(), await answer.text()).toBe(201)
  }

  const page = await operatorPage(browser, guard, baseURL ?? '')
  const main = page.getByRole('main')
  await page.goto(`/operator/packages/${handle}`)
  await main.getByRole('button', { name: 'Quarantine', exact: true }).click()
  const decision = page.getByRole('dialog', { name: /^Quarantine/ })
  await decision.getByLabel('Reason').fill('It may hold a secret.')
  await decision.getByRole('button', { name: 'Quarantine', exact: true }).click()
  await expect(main.getByText('Put in quarantine').first()).toBeVisible()

  await expect(main.getByRole('region', { name: 'manifest' })).toContainText('It holds none.')
  await expect(main.getByRole('row', { name: /extra\.tgz/ })).toContainText(
    createHash('sha256').update(file).digest('hex').slice(0, 10),
  )
  await expectAccessible(page)
  await main.getByRole('link', { name: 'Changes since 1.0.0' }).click()
  await expect(main.getByText('1.1.0').first()).toBeVisible()
  const changes = main.getByRole('region', { name: 'Changes from 1.0.0 to 1.1.0' })
  await expect(changes.getByRole('deletion').filter({ hasText: 'It holds a secret.' })).toBeVisible()
  await expect(changes.getByRole('insertion').filter({ hasText: 'It holds none.' })).toBeVisible()

  await page.goto(`/operator/packages/${handle}`)
  await main
    .getByRole('region', { name: 'Versions' })
    .getByRole('link', { name: /1\.0\.0/ })
    .click()
  await expect(main.getByRole('region', { name: 'manifest' })).toContainText('It holds a secret.')
  await main.getByRole('button', { name: 'Delete 1.0.0' }).click()
  const question = page.getByRole('dialog', { name: 'Delete 1.0.0 for good?' })
  await expect(question.getByLabel('Reason')).toBeFocused()
  await question.getByLabel('Reason').fill('It held a secret.')
  await question.getByLabel(/^Type/).fill('1.1.0')
  await question.getByRole('button', { name: 'Delete for good' }).click()
  await expect(question.getByText('Type the version exactly as it stands above.')).toBeVisible()
  await question.getByLabel(/^Type/).fill('1.0.0')
  await question.getByRole('button', { name: 'Delete for good' }).click()
  await expect(main.getByText('Deleted for good')).toBeVisible()
  await expect(main.getByRole('list', { name: 'Deleted versions' })).toContainText('It held a secret.')
  await expect(main.getByRole('region', { name: 'Versions' }).getByRole('link')).toHaveCount(1)
  await expectAccessible(page)
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)

  const read = (version: string) =>
    request.get(`/api/v1/packages/${handle}/${version}/download`, { headers: { authorization } })
  expect((await read('1.0.0')).status()).toBe(410)
  await page.context().close()
})
