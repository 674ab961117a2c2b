/** Reading on: by scrolling, by button, through thousands, and back to the same place. */
import type { Page } from '@playwright/test'
import { fakeLongList, listingOf, whenListing } from '../fixtures/search.ts'
import { expect, expectAccessible, test } from '../fixtures/test.ts'

async function scrollToEnd(page: Page): Promise<void> {
  await page.evaluate(() =>
    window.scrollTo({
      top: document.documentElement.scrollHeight,
      behavior: 'instant',
    }),
  )
}

/** Scrolls until so many packages are loaded, as a reader would. */
async function readOn(page: Page, count: number): Promise<void> {
  await expect(async () => {
    await scrollToEnd(page)
    expect(await lastPosition(page)).toBeGreaterThanOrEqual(count)
  }).toPass({ timeout: 120_000, intervals: [50] })
}

/** The place in the list of the last card that stands in the document. */
async function lastPosition(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const items = [...document.querySelectorAll<HTMLElement>('[data-slot="listing"] li[data-item]')]
    return Math.max(0, ...items.map((item, index) => Number(item.ariaPosInSet ?? index + 1)))
  })
}

test('scrolling to the end loads more', { tag: '@phone' }, async ({ page }) => {
  const listing = listingOf(page)
  await whenListing(page, '/search')
  await expect(listing.cards).toHaveCount(24)
  await scrollToEnd(page)
  await expect.poll(() => lastPosition(page)).toBeGreaterThan(24)
  await expect(listing.main.getByRole('status').filter({ hasText: /packages loaded$/ })).toBeAttached()
})

test('the button loads more for whoever does not scroll', async ({ page }) => {
  await page.addInitScript(() => {
    // Nothing ever comes near.
    class Blind {
      observe() {}
      unobserve() {}
      disconnect() {}
    }
    Object.assign(window, { IntersectionObserver: Blind })
  })
  const listing = listingOf(page)
  await whenListing(page, '/search')
  for (const count of [24, 72]) {
    await expect(listing.cards).toHaveCount(count)
    await listing.more.focus()
    await listing.more.press('Enter')
  }
  await expect(listing.cards).toHaveCount(144)
  await expect(listing.main.getByRole('status').filter({ hasText: '144 packages loaded' })).toBeAttached()
})

test('when the next page fails, what was loaded stays and trying again goes on', async ({ page, guard }) => {
  guard.allow(/500/)
  let isBroken = true
  await page.route(/\/api\/marketplace\?/, (route) =>
    isBroken ? route.fulfill({ status: 500, body: '' }) : route.continue(),
  )
  const listing = listingOf(page)
  await whenListing(page, '/search')
  await scrollToEnd(page)
  await expect(listing.main.getByRole('alert')).toBeVisible()
  await expect(listing.cards).toHaveCount(24)
  isBroken = false
  await listing.main.getByRole('button', { name: 'Try again' }).click()
  await expect(async () => expect(await listing.cards.count()).toBeGreaterThan(24)).toPass()
})

test('five thousand loaded packages leave a small document that scrolls as well as a short list', async ({
  page,
}) => {
  test.slow()
  const listing = listingOf(page)
  const { requests } = await fakeLongList(page, 5_000)
  await whenListing(page, '/search')
  // As many as stand in the document as a plain list.
  await readOn(page, 100)
  const short = await scrolledFrames(page)
  await readOn(page, 5_000)
  expect(requests.length).toBeLessThan(40)
  await expect(listing.more).toHaveCount(0)
  expect(await listing.cards.count()).toBeLessThan(120)
  const last = listing.main.locator('li[data-item="local fake/package-4999"]')
  await expect(last).toBeInViewport()
  await expect(last).toHaveAttribute('aria-posinset', '5000')

  await page.evaluate(() =>
    window.scrollTo({
      top: document.documentElement.scrollHeight / 2,
      behavior: 'instant',
    }),
  )
  await expect(async () => {
    const middle = await lastPosition(page)
    expect(middle).toBeGreaterThan(2_000)
    expect(middle).toBeLessThan(3_200)
  }).toPass()
  expect(await listing.cards.count()).toBeLessThan(120)
  // Both are measured on this machine, whatever else it has to do: only their relation says something.
  const long = await scrolledFrames(page)
  expect(long.medianMs).toBeLessThanOrEqual(2 * short.medianMs + 17)
  expect(long.longTaskMs).toBeLessThanOrEqual(3 * short.longTaskMs + 400)
  await expectAccessible(page)

  await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }))
  await expect(listing.main.locator('li[aria-posinset="1"]')).toBeInViewport()
})

test('the package that has the focus stays in the document however far one scrolls', async ({ page }) => {
  await fakeLongList(page, 2_000)
  await whenListing(page, '/search')
  await readOn(page, 600)
  await listingOf(page).cards.last().getByRole('link').focus()
  const name = await page.locator(':focus').textContent()
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }))
  await expect(listingOf(page).main.locator('li[aria-posinset="1"]')).toBeInViewport()
  await expect(page.locator(':focus')).toHaveText(name ?? '')
})

test(
  'back from a package deep in the list returns to it, without loading anything again',
  { tag: '@phone' },
  async ({ page }) => {
    const listing = listingOf(page)
    const asked: string[] = []
    await whenListing(page, '/search?kind=mcp-server')
    await readOn(page, 300)
    await page.evaluate(() => window.scrollBy({ top: -900, behavior: 'instant' }))
    const target = await opened(page)
    const before = await page.evaluate(() => window.scrollY)
    page.on('request', (request) => {
      if (request.url().includes('/api/marketplace?')) asked.push(request.url())
    })
    await listing.main.locator(`li[data-item="${target}"]`).getByRole('link').click()
    await expect(page).toHaveURL(/\/packages\//)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.goBack()
    await expect(page).toHaveURL('/search?kind=mcp-server')
    const card = listing.main.locator(`li[data-item="${target}"]`)
    await expect(card).toBeInViewport()
    await expect(card.getByRole('link')).toBeFocused()
    expect(Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(20)
    expect(asked).toEqual([])
  },
)

test('the place in the list also outlives a reload', async ({ page }) => {
  await whenListing(page, '/search?kind=mcp-server')
  await readOn(page, 200)
  await page.evaluate(() => window.scrollBy({ top: -700, behavior: 'instant' }))
  let target = ''
  // A reader rests on what they read; then the browser's history holds it.
  await expect(async () => {
    target = await opened(page)
    expect(JSON.stringify(await page.evaluate<unknown>(() => history.state))).toContain(
      JSON.stringify(target),
    )
  }).toPass()
  await page.reload()
  await expect(listingOf(page).main.locator(`li[data-item="${target}"]`)).toBeInViewport({ timeout: 15_000 })
})

/** A package in the middle of the window. */
async function opened(page: Page): Promise<string> {
  const key = async () =>
    await page.evaluate(() => {
      const items = [...document.querySelectorAll<HTMLElement>('[data-slot="listing"] li[data-item]')]
      const middle = window.innerHeight / 2
      // Or the next one, where the middle falls between two.
      const hit = items.find((item) => {
        const { top, bottom } = item.getBoundingClientRect()
        return bottom > middle && top < middle + 100
      })
      return hit?.dataset.item ?? ''
    })
  await expect.poll(key).not.toBe('')
  return await key()
}

/** The usual time between two frames while somebody scrolls, and the time of tasks that kept the page busy for over 50 ms. */
async function scrolledFrames(page: Page): Promise<{ medianMs: number; longTaskMs: number }> {
  return await page.evaluate(async () => {
    let longTaskMs = 0
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTaskMs += duration
    })
    observer.observe({ type: 'longtask' })
    const framesMs: number[] = []
    let last = performance.now()
    for (let frame = 0; frame < 80; frame += 1) {
      window.scrollBy({ top: frame < 40 ? 150 : -150, behavior: 'instant' })
      await new Promise(requestAnimationFrame)
      framesMs.push(performance.now() - last)
      last = performance.now()
    }
    // What was observed last is told in a task of its own.
    await new Promise((resolve) => setTimeout(resolve))
    for (const { duration } of observer.takeRecords()) longTaskMs += duration
    observer.disconnect()
    return { medianMs: framesMs.toSorted((a, b) => a - b)[40] ?? 0, longTaskMs }
  })
}
