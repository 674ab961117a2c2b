/** The publishing page under the conditions of real life: files, reloads, double clicks, lost answers, no mouse. */
import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { publishingPage } from '../fixtures/publishing.ts'
import { enterAs, openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

let seller: SellerAccount

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  await request.dispose()
})

test.beforeEach(async ({ context, baseURL }) => {
  await enterAs(context, seller, baseURL ?? '')
})

const newHandle = () => `${seller.namespace}/${uniqueName('pkg')}`

async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const data = new DataTransfer()
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      data.items.add(new File([content], fileName, { type: 'application/yaml' }))
      return data
    },
    [name, bytes.toString('base64')] as const,
  )
  const target = page.getByLabel('Manifest')
  await target.dispatchEvent('dragover', { dataTransfer: transfer })
  await target.dispatchEvent('drop', { dataTransfer: transfer })
}

test('a dropped file is published byte for byte, its line ends included', async ({ page, request }) => {
  const handle = newHandle()
  const bytes = Buffer.from(manifestOf(handle).replaceAll('\n', '\r\n'))
  const { open, status, publish, published, editor, main } = publishingPage(page)
  await open()
  await dropFile(page, 'from-windows.yaml', bytes)
  await expect(editor).toHaveValue(manifestOf(handle))
  await expect(main.getByText('from-windows.yaml')).toBeVisible()
  await expect(status).toHaveText('No problems.')
  await publish.click()
  await expect(published(handle, '1.0.0')).toBeVisible()
  const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
  expect(
    createHash('sha256')
      .update(await download.body())
      .digest('hex'),
  ).toBe(createHash('sha256').update(bytes).digest('hex'))
})

test('a file that cannot be a manifest is not opened, and the text stays', async ({ page }) => {
  const { open, write, editor, main } = publishingPage(page)
  await open()
  await write('id: keep/me')
  await dropFile(page, 'photo.yaml', Buffer.from([0x89, 0x50, 0x4e, 0x47]))
  await expect(main.getByRole('alert')).toContainText('photo.yaml is not a text file in UTF-8.')
  await dropFile(page, 'big.yaml', Buffer.alloc(1024 * 1024, 'x'))
  await expect(main.getByRole('alert')).toContainText('1024 KiB; a manifest may hold at most 64 KiB')
  await expect(editor).toHaveValue('id: keep/me')
  await expectAccessible(page)
})

test('a file can be chosen instead of dropped', async ({ page }) => {
  const handle = newHandle()
  const { open, editor, status } = publishingPage(page)
  await open()
  await page.getByLabel('Choose a file…').setInputFiles({
    name: 'chosen.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(manifestOf(handle)),
  })
  await expect(editor).toHaveValue(manifestOf(handle))
  await expect(status).toHaveText('No problems.')
})

test('the text survives a reload, and a template that replaced it gives it back', async ({ page }) => {
  const { open, write, editor, main } = publishingPage(page)
  await open()
  await write('id: half/written\n')
  await page.reload()
  await expect(editor).toHaveValue('id: half/written\n')
  await main.getByRole('button', { name: 'Agent' }).click()
  await expect(editor).toHaveValue(new RegExp(`^id: ${seller.namespace}/my-agent`, 'm'))
  await main.getByRole('button', { name: 'Bring my text back' }).click()
  await expect(editor).toHaveValue('id: half/written\n')
})

for (const [kind, button] of [
  ['prompt', 'Prompt'],
  ['agent', 'Agent'],
  ['mcp-server', 'MCP server'],
  ['app', 'App'],
] as const) {
  test(`the template for ${kind} has no problems and can be looked at`, async ({ page }) => {
    const { open, main, status } = publishingPage(page)
    await open()
    await main.getByRole('button', { name: button, exact: true }).click()
    await expect(status).toHaveText('No problems.')
    await expect(main.getByRole('region', { name: 'Preview' }).getByRole('article')).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })
}

test('the rules run in a worker, under the policy of the page', async ({ page }) => {
  const { open, write, faults } = publishingPage(page)
  await open()
  const started = page.waitForEvent('worker')
  await write('id: nowhere\n')
  expect((await started).url()).toContain(new URL(page.url()).origin)
  await expect(faults.getByText('Write it as namespace/name.')).toBeVisible()
})

test('where no worker may run, the same faults are shown', async ({ page, guard }) => {
  guard.allow(/worker/i)
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'Worker')
  })
  const { open, write, faults } = publishingPage(page)
  await open()
  await write('id: nowhere\n')
  await expect(faults.getByText('Write it as namespace/name.')).toBeVisible()
})

test('publishing nothing says so', async ({ page }) => {
  const { open, publish, faults } = publishingPage(page)
  await open()
  await publish.click()
  await expect(faults.getByRole('button')).toContainText('There is nothing to publish yet.')
})

test('a double click publishes once', async ({ page }) => {
  const handle = newHandle()
  const { open, write, status, publish, published } = publishingPage(page)
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes('/api/v1/packages')) sent.push(request.url())
  })
  await open()
  await write(manifestOf(handle))
  await expect(status).toHaveText('No problems.')
  await publish.dblclick()
  await expect(published(handle, '1.0.0')).toBeVisible()
  expect(sent).toHaveLength(1)
})

test('while it is sent the button says so, and does nothing more', async ({ page }) => {
  const handle = newHandle()
  const { open, write, status, publish, published, main } = publishingPage(page)
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/api/v1/packages*', async (route) => {
    await held
    await route.continue()
  })
  await open()
  await write(manifestOf(handle))
  await expect(status).toHaveText('No problems.')
  await publish.click()
  await expect(main.getByRole('button', { name: 'Publishing…' })).toBeDisabled()
  release?.()
  await expect(published(handle, '1.0.0')).toBeVisible()
})

test('after a lost answer, trying again brings it', async ({ page, request, guard }) => {
  guard.allow(/ERR_FAILED/)
  const handle = newHandle()
  const { open, write, status, publish, published, main } = publishingPage(page)
  let losses = 0
  await page.route('**/api/v1/packages', async (route) => {
    if (losses > 0) return await route.fallback()
    losses += 1
    await route.fetch()
    await route.abort('failed')
  })
  await open()
  await write(manifestOf(handle))
  await expect(status).toHaveText('No problems.')
  await publish.click()
  await expect(main.getByRole('alert')).toContainText('No answer came')
  await publish.click()
  await expect(published(handle, '1.0.0')).toBeVisible()
  const versions = await request.get(`/api/v1/packages/${handle}`)
  expect(await versions.json()).toMatchObject({ versions: [{ version: '1.0.0' }] })
})

test('a namespace of somebody else is warned of, and refused by the server', async ({ page, guard }) => {
  guard.allow(/403/)
  const { open, write, suggestions, publish, main } = publishingPage(page)
  await open()
  await write(manifestOf('demo/not-mine'))
  await expect(suggestions.getByRole('button').first()).toContainText('The namespace "demo" is not yours.')
  await publish.click()
  await expect(main.getByRole('alert')).toContainText('Not your namespace')
})

test('what the server finds wrong is shown at its line', async ({ page, guard }) => {
  guard.allow(/422/)
  const { open, write, status, publish, faults } = publishingPage(page)
  await page.route('**/api/v1/packages', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      json: {
        type: '/docs/problems#invalid-manifest',
        title: 'Invalid manifest',
        status: 422,
        code: 'invalid_manifest',
        detail: 'The manifest has 1 fault.',
        requestId: 'e2e-request',
        issues: [{ path: 'kind', message: 'A rule that came later', line: 3, column: 7 }],
      },
    }),
  )
  await open()
  await write(manifestOf(newHandle()))
  await expect(status).toHaveText('No problems.')
  await publish.click()
  await expect(faults.getByRole('button')).toContainText('A rule that came later')
  await expect(page.locator('[data-line="3"]')).toHaveAttribute('data-mark', 'danger')
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a plain form publishes, and shows the faults of what it could not', async ({ page, request }) => {
    const handle = newHandle()
    const { open, write, publish, main, faults } = publishingPage(page)
    await open()
    await expect(main.getByText('This form publishes the manifest alone')).toBeVisible()
    await expect(main.getByRole('button', { name: 'Choose files' })).toBeHidden()
    await write(manifestOf(handle).replace('kind: prompt', 'kind: spell'))
    await publish.click()
    await expect(main.getByRole('alert')).toContainText('The manifest has 1 fault.')
    await expect(faults.getByRole('button')).toContainText('Line 3')
    await write(manifestOf(handle))
    await publish.click()
    await expect(main.getByText(`${handle} 1.0.0 is published`)).toBeVisible()
    const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
    expect(await download.text()).toBe(manifestOf(handle))
  })

  test('a plain form publishes a file', async ({ page, request }) => {
    const handle = newHandle()
    const { open, publish, main } = publishingPage(page)
    const bytes = Buffer.from(manifestOf(handle).replaceAll('\n', '\r\n'))
    await open()
    await page
      .getByLabel('Choose a file…')
      .setInputFiles({ name: 'm.yaml', mimeType: 'application/yaml', buffer: bytes })
    await publish.click()
    await expect(main.getByText(`${handle} 1.0.0 is published`)).toBeVisible()
    const download = await request.get(`/api/v1/packages/${handle}/1.0.0/download`)
    expect((await download.body()).equals(bytes)).toBe(true)
  })
})
