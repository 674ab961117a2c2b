/** Whose purchase it is: what one person agreed to is bought by nobody else, in no tab, and goes when they sign out. */
import { shopper, signIn } from '../fixtures/account.ts'
import { withWorker } from '../fixtures/app-worker.ts'
import { openOffer } from '../fixtures/buying.ts'
import { openFrontProxy } from '../fixtures/front-proxy.ts'
import { agreeOffline, bought, outboxButton, script } from '../fixtures/outbox.ts'
import { enterAs, openAccount } from '../fixtures/seller.ts'
import { expect, test } from '../fixtures/test.ts'

test.use({ serviceWorkers: 'allow' })

test('never buys in another’s name, asks anew at another price, and leaves nothing behind when signing out', async ({
  page,
  context,
  request,
  baseURL,
  guard,
}) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_FAILED|Failed to load resource|409/)
  const { handle, reprice } = await openOffer(request, 100)
  const proxy = await openFrontProxy(baseURL ?? '')
  const { keys } = script(proxy, [])
  const address = `${proxy.origin}/packages/${handle}`
  await signIn(page, shopper, '/')
  const session = (await context.cookies()).filter(({ name }) => name.startsWith('souk-session'))
  await page.goto(address)
  await withWorker(page)
  await expect(page.getByRole('link', { name: 'Buy for $1.00' })).toBeVisible()
  await context.setOffline(true)
  await agreeOffline(page)
  await reprice(150)

  // Somebody else signs in before there is a network.
  await context.clearCookies()
  await enterAs(context, await openAccount(request), baseURL ?? '')
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/viewer'))
  await context.setOffline(false)
  await asked
  await page.reload()
  await expect(page.locator('[data-slot="account-menu"]')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Buy for $1.50' })).toBeVisible()
  await expect(outboxButton(page)).toHaveCount(0)
  expect(keys).toEqual([])

  // Their own shopper is back.
  await context.clearCookies()
  await context.addCookies(session)
  await page.reload()
  await expect(outboxButton(page)).toHaveText('1 not bought')
  // Once, though the page that was just left may have begun to send it, too.
  expect(new Set(keys).size).toBe(1)
  expect(keys.length).toBeLessThanOrEqual(2)
  await outboxButton(page).click()
  const panel = page.getByRole('dialog', { name: 'Outbox' })
  await expect(panel).toContainText('The price has changed. Nothing was paid.')
  await panel.getByRole('button', { name: 'Agree and buy for $1.50' }).click()
  await expect(outboxButton(page)).toHaveText('1 bought')
  expect(await bought(page, [handle])).toEqual([handle])

  // Signing out empties what was theirs, and no agreement of the tab survives it.
  await page.evaluate(() => sessionStorage.setItem('souk.intent.somebody.wallet.demo/tool', '{}'))
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible()
  const left = () =>
    page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('souk-outbox')
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(new Error('no database'))
      })
      const stores = [...database.objectStoreNames]
      const reading = database.transaction(stores)
      const counts = stores.map(
        (name) =>
          new Promise<number>((resolve) => {
            const counting = reading.objectStore(name).count()
            counting.onsuccess = () => resolve(counting.result)
          }),
      )
      const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
      database.close()
      return total + Object.keys(sessionStorage).filter((key) => key.startsWith('souk.intent.')).length
    })
  await expect.poll(left).toBe(0)
  const isReadable = () =>
    page.evaluate(async (path) => (await caches.match(path)) !== undefined, `/packages/${handle}`)
  await expect.poll(isReadable).toBe(false)
  await proxy.close()
})

test('does not pay in one tab for whoever signed in in another', async ({
  page,
  context,
  request,
  baseURL,
  guard,
}) => {
  guard.allow(/409/)
  const { handle } = await openOffer(request, 100)
  // A page that asks only after the other has signed in sees it by itself.
  const offered = page.waitForResponse((response) => response.url().endsWith(`${handle}/offer`))
  await signIn(page, shopper, `/checkout/${handle}`)
  await (await offered).finished()
  const pay = page.getByRole('button', { name: 'Pay 100 credits' })
  await expect(pay).toBeVisible()
  await context.clearCookies()
  await enterAs(context, await openAccount(request), baseURL ?? '')
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/purchases'))
  await pay.click()
  const answer = await answered
  expect([answer.status(), ((await answer.json()) as { code: string }).code]).toEqual([409, 'user_changed'])
  await expect(page.getByText('Somebody else is signed in')).toBeVisible()
  await page.getByRole('button', { name: 'Reload' }).click()
  await expect(page.getByRole('link', { name: 'Top up your wallet' })).toBeVisible()
  expect(await bought(page, [handle])).toEqual([])
})
