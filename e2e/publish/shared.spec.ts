/** A namespace that two people look after, seen from both sides: invited, accepted, published under, yanked, and left. */
import { manifestOf } from '../fixtures/manifest.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { enterAs, openAccount, openSeller } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

test('a maintainer is invited, publishes and yanks, and sees neither price nor money', async ({
  page,
  context,
  browser,
  request,
  baseURL,
  guard,
}) => {
  test.slow()
  guard.allow(/404/)
  const owner = await openSeller(request)
  const friend = await openAccount(request)
  const handle = `${owner.namespace}/tool`
  const headers = { authorization: `Bearer ${owner.accessToken}`, 'content-type': 'application/yaml' }
  const published = await request.post('/api/v1/packages', { headers, data: manifestOf(handle) })
  expect(published.status()).toBe(201)

  await enterAs(context, owner, baseURL ?? '')
  await page.goto('/dashboard/namespaces')
  const main = page.getByRole('main')
  await main.getByRole('link', { name: owner.namespace }).click()
  await main.getByRole('textbox', { name: 'Who' }).fill(friend.email)
  await main.getByRole('button', { name: 'Invite' }).click()
  await expect(main.getByText('Nothing changes until they accept')).toBeVisible()
  await expect(main.getByRole('button', { name: `Withdraw the offer to ${friend.email}` })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  const theirs = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  await enterAs(theirs, friend, baseURL ?? '')
  const friendPage = await theirs.newPage()
  await guard.watch(friendPage)
  const desk = friendPage.getByRole('main')
  expect((await friendPage.goto(`/dashboard/packages/${handle}`))?.status()).toBe(404)
  await friendPage.goto('/dashboard/namespaces')
  await expect(desk.getByText(`${owner.storeName} invites you as maintainer`)).toBeVisible()
  await expectAccessible(friendPage)
  await desk.getByRole('button', { name: `Accept ${owner.namespace}` }).click()
  await expect(desk.getByRole('link', { name: owner.namespace })).toBeVisible()

  await friendPage.goto('/dashboard')
  await expect(desk.getByRole('list', { name: 'Shared namespaces' })).toContainText('maintainer')
  await expect(desk.getByRole('columnheader', { name: 'Price' })).toHaveCount(0)
  await expect(desk.getByRole('heading', { name: 'Open your store' })).toBeVisible()
  await expectAccessible(friendPage)
  await expectNoSidewaysScroll(friendPage)
  await desk
    .getByRole('region', { name: 'Shared packages' })
    .or(desk)
    .getByRole('link', { name: 'Test Prompt' })
    .click()
  await expect(desk.getByText('You are a maintainer of')).toBeVisible()
  await expect(desk.getByLabel('Price in US dollars')).toHaveCount(0)
  await expect(desk.getByText('Sales')).toHaveCount(0)
  await expectAccessible(friendPage)

  await desk.getByRole('link', { name: 'Publish next version' }).click()
  const wizard = publishingPage(friendPage)
  await expect(wizard.editor).toHaveValue(/version: 1\.0\.1/)
  await expect(wizard.status).toHaveText('No problems.')
  await expect(desk.getByText(`by ${owner.storeName}`)).toBeVisible()
  await wizard.publish.click()
  await expect(wizard.published(handle, '1.0.1')).toBeVisible()
  await friendPage.goto(`/dashboard/packages/${handle}`)
  await desk.getByRole('button', { name: 'Yank 1.0.1' }).click()
  const question = friendPage.getByRole('dialog', { name: 'Yank 1.0.1?' })
  await question.getByLabel('Reason').fill('It forgets words.')
  await question.getByRole('button', { name: 'Yank', exact: true }).click()
  await expect(desk.getByRole('row', { name: /1\.0\.1/ }).getByText('yanked')).toBeVisible()

  await page.reload()
  await page.getByRole('button', { name: 'Remove Grace Hopper' }).click()
  await expect(page.getByRole('button', { name: 'Remove Grace Hopper' })).toHaveCount(0)
  await page.goto(`/dashboard/packages/${handle}`)
  await expect(main.getByRole('row', { name: /1\.0\.1/ }).getByText('yanked')).toBeVisible()
  expect((await friendPage.goto(`/dashboard/packages/${handle}`))?.status()).toBe(404)
  await theirs.close()
})
