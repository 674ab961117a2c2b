/** From sign-up to a package that an operator let through, and out of sight again: through the pages of both. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { signUp, somebodyNew } from '../fixtures/account.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { test } from '../fixtures/manual-approval.ts'
import { decide, operatorPage } from '../fixtures/operating.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { uniqueName } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll } from '../fixtures/test.ts'

/** The server that everything else of the suite asks. */
async function otherSite(): Promise<string> {
  const text = await readFile(join(process.env.SOUK_E2E_DATA_DIR ?? '', 'running.json'), 'utf8')
  return (JSON.parse(text) as { siteUrl: string }).siteUrl
}

test('a newcomer’s package with a file waits, is approved, is downloaded, and quarantine hides it everywhere', async ({
  page,
  request,
  browser,
  guard,
  baseURL,
}) => {
  test.setTimeout(180_000)
  guard.allow(/404/)
  const slug = uniqueName('bazaar')
  const word = uniqueName('lantern')
  const handle = `${slug}/first`
  const needed = 'house/postgres-mcp'
  const main = page.getByRole('main')
  const manifest = manifestOf(handle, {
    displayName: `Lamp ${word}`,
    description: `Lights the ${word}.`,
    dependencies: { [needed]: '^1.0.0' },
  })
  const archive = gzipSync(`the oil of ${word}`)
  const places = {
    page: `/packages/${handle}`,
    api: `/api/packages/${handle}`,
    registry: `/api/v1/packages/${handle}`,
    download: `/api/v1/packages/${handle}/1.0.0/download`,
    latest: `/api/v1/packages/${handle}/latest/download`,
    file: `/api/v1/packages/${handle}/1.0.0/files/oil.tar.gz`,
  }
  const answers = async () => {
    const entries = Object.entries(places).map(async ([name, path]) => [
      name,
      (await request.get(path)).status(),
    ])
    return Object.fromEntries(await Promise.all(entries)) as Record<keyof typeof places, number>
  }
  const everywhere = (status: number) => Object.fromEntries(Object.keys(places).map((name) => [name, status]))
  const isFound = async () => {
    const found = await request.get(`/api/marketplace?q=${word}`)
    const suggested = await request.get(`/api/marketplace/suggest?q=${word}`)
    const home = await request.get('/api/marketplace/home')
    const store = await request.get(`/api/stores/${slug}`)
    const lists = await Promise.all([found, suggested, home, store].map((answer) => answer.text()))
    return lists.some((text) => text.includes(handle))
  }

  /** Where it stands beside another package: each is kept by itself. */
  const neighbours = [`/packages/${needed}/dependents`, `/api/v1/packages/${needed}/dependents`]
  /** By another process of the same marketplace, which keeps its own copies. */
  const elsewhere = await otherSite()
  const answersElsewhere = async () => {
    const statuses = [places.page, places.api, places.registry, places.download].map(
      async (path) => (await fetch(elsewhere + path)).status,
    )
    return await Promise.all(statuses)
  }
  const isBeside = async () => {
    const texts = neighbours.map(async (path) => (await (await request.get(path)).text()).includes(handle))
    return await Promise.all(texts)
  }

  await test.step('the seller signs up, opens a store and publishes', async () => {
    await signUp(page, somebodyNew(), '/dashboard')
    await main.getByLabel('Store name').fill(`Bazaar ${word}`)
    await main.getByLabel('Address').fill(slug)
    await main.getByRole('button', { name: 'Open store' }).click()
    await expect(main.getByText('Your store waits for approval')).toBeVisible()
    await main.getByRole('textbox', { name: 'Namespace' }).fill(slug)
    await main.getByRole('button', { name: 'Claim namespace' }).click()
    await main.getByRole('link', { name: 'Write the manifest' }).click()
    const { write, publish, published } = publishingPage(page)
    await write(manifest)
    await expect(main.getByText(`${handle} version 1.0.0`)).toBeVisible()
    await main
      .getByLabel('Files of the version')
      .setInputFiles({ name: 'oil.tar.gz', mimeType: 'application/gzip', buffer: archive })
    await expect(main.getByText(/^sha256 /)).toBeVisible()
    await publish.click()
    await expect(published(handle, '1.0.0')).toBeFocused()
    await expect(main.getByText('It waits for an operator’s approval.')).toBeVisible()
    expect(await answers()).toEqual(everywhere(404))
    expect(await isFound()).toBe(false)
    expect(await isBeside()).toEqual([false, false])
  })

  const desk = await operatorPage(browser, guard, baseURL ?? '')
  const deskMain = desk.getByRole('main')

  await test.step('an operator finds both in the queue, approves the store and rejects the package', async () => {
    await desk.goto('/operator/approvals')
    const queue = deskMain.getByRole('list', { name: 'Waiting for approval' })
    await expect(queue.getByRole('link', { name: `Bazaar ${word}` })).toBeVisible()
    await expectAccessible(desk)
    await expectNoSidewaysScroll(desk)
    await queue.getByRole('link', { name: `Bazaar ${word}` }).click()
    await deskMain.getByRole('button', { name: 'Approve' }).click()
    await expect(deskMain.getByText('It holds at once, everywhere')).toBeVisible()
    await deskMain.getByRole('link', { name: `Lamp ${word}` }).click()
    await expect(deskMain.getByRole('region', { name: 'manifest' })).toContainText(`Lights the ${word}.`)
    await expectAccessible(desk)
    await expectNoSidewaysScroll(desk)
    await decide(desk, 'Reject', 'Say what it is for.')
    await expect(deskMain.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
    expect(await answers()).toEqual(everywhere(404))
  })

  await test.step('the seller is told why, and hands in again', async () => {
    await page.goto('/dashboard')
    await page.getByRole('link', { name: /Notifications, 2 unread/ }).click()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await main.getByRole('button', { name: `${handle} was not approved` }).click()
    await expect(page).toHaveURL(`/dashboard/packages/${handle}`)
    await expect(main.getByText('Say what it is for.')).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await main.getByLabel('What has changed').fill('It is for light.')
    await main.getByRole('button', { name: 'Submit again' }).click()
    await expect(main.getByText('Pending', { exact: true })).toBeVisible()
    await expect(page.getByRole('link', { name: /Notifications, 1 unread/ })).toBeVisible()
  })

  await test.step('approved, it is on the shelf and downloads byte for byte', async () => {
    await desk.goto(`/operator/packages/${handle}`)
    await expect(deskMain.getByText('It is for light.')).toBeVisible()
    await deskMain.getByRole('button', { name: 'Approve' }).click()
    await expect(deskMain.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
    expect(await answers()).toEqual(everywhere(200))
    expect(await isFound()).toBe(true)
    expect(await isBeside()).toEqual([true, true])
    // Twice, so that it has kept them.
    for (let round = 0; round < 2; round += 1) expect(await answersElsewhere()).toEqual([200, 200, 200, 200])
    expect(await (await request.get(places.download)).text()).toBe(manifest)
    expect(await (await request.get(places.file)).body()).toEqual(archive)
  })

  await test.step('quarantined, it is gone from search, page, API and download at once', async () => {
    await decide(desk, 'Quarantine', 'It smokes.')
    await expect(deskMain.getByRole('status').filter({ hasText: 'Put in quarantine' })).toBeVisible()
    expect(await answers()).toEqual(everywhere(404))
    expect(await isFound()).toBe(false)
    expect(await isBeside()).toEqual([false, false])
    await expect.poll(answersElsewhere, { timeout: 3_000 }).toEqual([404, 404, 404, 404])
    await page.goto(`/search?q=${word}`)
    await expect(main.getByRole('link', { name: `Lamp ${word}` })).toHaveCount(0)
    await page.goto(`/dashboard/packages/${handle}`)
    await expect(main.getByText('It smokes.')).toBeVisible()
  })

  await test.step('released, it is back; its story is in the audit log', async () => {
    await decide(desk, 'Release', '')
    await expect(deskMain.getByRole('status').filter({ hasText: 'Released' })).toBeVisible()
    expect(await answers()).toEqual(everywhere(200))
    await desk.goto(`/operator/audit?subject=${encodeURIComponent(handle)}`)
    const log = deskMain.getByRole('table')
    for (const action of ['reject', 'queue', 'approve', 'quarantine', 'release']) {
      await expect(log.getByRole('link', { name: `package.${action}` })).toBeVisible()
    }
    await expect(log.getByText('It smokes.')).toBeVisible()
  })
  await desk.context().close()
})

test('a store in quarantine takes everything in it along', async ({ request, browser, guard, baseURL }) => {
  test.slow()
  const { openSeller } = await import('../fixtures/seller.ts')
  const seller = await openSeller(request)
  const desk = await operatorPage(browser, guard, baseURL ?? '')
  await desk.goto(`/operator/stores/${seller.namespace}`)
  await desk.getByRole('main').getByRole('button', { name: 'Approve' }).click()
  await expect(desk.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
  const store = `/api/stores/${seller.namespace}`
  expect((await request.get(store)).status()).toBe(200)
  await decide(desk, 'Quarantine', 'Sold to somebody else.')
  expect((await request.get(store)).status()).toBe(404)
  const headers = { authorization: `Bearer ${seller.accessToken}`, 'content-type': 'application/yaml' }
  const data = manifestOf(`${seller.namespace}/late`)
  expect((await request.post('/api/v1/packages', { headers, data })).status()).toBe(403)
  await decide(desk, 'Release', '')
  expect((await request.get(store)).status()).toBe(200)
  await desk.context().close()
})
