/** The operators' pages themselves: for them alone, by keyboard, without JavaScript, at every width. */
import { operator, shopper, signIn } from '../fixtures/account.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { openSeller } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

const PAGES = [
  '/operator',
  '/operator/approvals',
  '/operator/packages',
  '/operator/stores',
  '/operator/disputes',
  '/operator/money',
  '/operator/audit',
]

test('to everybody else these pages are any address that is none', async ({ page, guard }) => {
  guard.allow(/404/)
  const seen = async (path: string) => {
    const answer = await page.goto(path)
    await expect(page.getByRole('main')).toBeVisible()
    return {
      status: answer?.status(),
      title: await page.title(),
      text: await page.getByRole('main').innerText(),
    }
  }
  const nowhere = await seen('/no-such-page')
  expect(nowhere.status).toBe(404)
  for (const path of [...PAGES, '/operator/packages/demo/changelog-writer']) {
    expect(await seen(path), `signed out: ${path}`).toEqual(nowhere)
  }
  await signIn(page, shopper)
  for (const path of PAGES) expect(await seen(path), `a shopper: ${path}`).toEqual(nowhere)
  await page.goto('/')
  await expect(page.locator('a[href="/operator"]')).toHaveCount(0)
})

test(
  'the account menu leads an operator to pages that fit and are accessible',
  { tag: '@phone' },
  async ({ page }) => {
    test.slow()
    await signIn(page, operator)
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Operator' }).click()
    await expect(page.getByRole('heading', { name: 'Health', level: 1 })).toBeVisible()
    for (const path of [...PAGES, '/operator/packages/demo/changelog-writer', '/operator/stores/demo']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page)
      await expectNoSidewaysScroll(page)
    }
  },
)

test('the search index is rebuilt and says when it is done', async ({ page }) => {
  await signIn(page, operator, '/operator')
  await page.getByRole('main').getByRole('button', { name: 'Rebuild' }).click()
  await expect(page.getByText('The index is rebuilt.')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('main').getByRole('button', { name: 'Rebuild' })).toBeVisible()
})

test('the audit log is narrowed by what was done, and by whom', async ({ page, request }) => {
  const seller = await openSeller(request)
  await signIn(page, operator, `/operator/audit?subject=${seller.namespace}`)
  const main = page.getByRole('main')
  await expect(main.getByRole('link', { name: 'store.open' })).toBeVisible()
  await main.getByRole('link', { name: 'Grace Hopper' }).first().click()
  await expect(page).toHaveURL(/actor=/)
  await main.getByLabel('What').selectOption('namespace')
  await main.getByRole('button', { name: 'Filter' }).click()
  await expect(main.getByRole('link', { name: 'namespace.claim' })).toBeVisible()
  await expect(main.getByRole('link', { name: 'store.open' })).toHaveCount(0)
  await main.getByLabel('To', { exact: true }).fill('2020-01-01')
  await main.getByRole('button', { name: 'Filter' }).click()
  await expect(main.getByText('Nothing like that was done')).toBeVisible()
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a package is put in quarantine for a reason, and released', async ({ page, request }) => {
    const seller = await openSeller(request)
    const handle = `${seller.namespace}/plain`
    const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
    const published = await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })
    expect(published.status()).toBe(201)
    await page.goto(`/sign-in?next=${encodeURIComponent(`/operator/packages/${handle}`)}`)
    await page.getByLabel('Email').fill(operator.email)
    await page.getByRole('main').getByLabel('Password').fill(operator.password)
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Quarantine', exact: true }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Reason').fill('It bites.')
    await question.getByRole('button', { name: 'Quarantine' }).click()
    await expect(page.getByText('Put in quarantine').first()).toBeVisible()
    expect((await request.get(`/api/packages/${handle}`)).status()).toBe(404)
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
    await expect(page.getByText('Released').first()).toBeVisible()
    expect((await request.get(`/api/packages/${handle}`)).status()).toBe(200)
  })
})
