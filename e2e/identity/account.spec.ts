import { signUp, somebodyNew } from '../fixtures/account.ts'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../fixtures/test.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test(
      'a newcomer signs up, comes back to where they were, and signs out',
      { tag: '@phone' },
      async ({ page }) => {
        const person = somebodyNew()
        await signUp(page, person, '/settings/tokens')
        await expect(page.getByRole('heading', { name: 'New token' })).toBeVisible()
        await page.getByRole('button', { name: /^Account of Ada/ }).click()
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL('/')
        await page.goto('/settings')
        await expect(page).toHaveURL('/sign-in?next=%2Fsettings')
      },
    )

    test('a token is created, shown once, and revoked', async ({ page }) => {
      await signUp(page, somebodyNew(), '/settings/tokens')
      const main = page.getByRole('main')
      await main.getByRole('button', { name: 'Create token' }).click()
      await expect(main.getByText('Choose at least one scope.')).toBeVisible()
      await main.getByRole('textbox', { name: 'Name' }).fill('Laptop')
      await main.getByLabel('Publish new packages').check()
      await main.getByRole('button', { name: 'Create token' }).click()
      await expect(main.getByText(/^souk_[0-9A-Za-z]{49}$/)).toBeVisible()
      await page.goto('/settings/tokens')
      await expect(main.getByText(/^souk_[0-9A-Za-z]{49}$/)).toHaveCount(0)
      await main.getByLabel('Revoke Laptop').click()
      await main.getByRole('button', { name: 'Revoke for good' }).click()
      await expect(main.getByText('No tokens yet')).toBeVisible()
    })
  })
}

test('a wrong password and an unknown address get the same answer, and what was typed stays', async ({
  page,
}) => {
  const known = somebodyNew()
  await signUp(page, known)
  await page.context().clearCookies()
  const main = page.getByRole('main')
  const answers: string[] = []
  for (const email of [known.email, somebodyNew().email]) {
    await page.goto('/sign-in')
    await main.getByLabel('Email').fill(email)
    await main.getByLabel('Password').fill('not the password')
    await main.getByRole('button', { name: 'Sign in' }).click()
    answers.push(await main.getByRole('alert').innerText())
    await expect(main.getByLabel('Email')).toHaveValue(email)
  }
  expect(answers[0]).toBe(answers[1])
})

test('signing in never leads to another site', async ({ page, baseURL }) => {
  const person = somebodyNew()
  await signUp(page, person)
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/..//evil.example']) {
    await page.context().clearCookies()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByRole('main').getByLabel('Email').fill(person.email)
    await page.getByRole('main').getByLabel('Password').fill(person.password)
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('/')
    expect(new URL(page.url()).origin).toBe(new URL(baseURL ?? '').origin)
  }
})

test('the session cookie is out of reach of scripts and of other sites', async ({ page }) => {
  await signUp(page, somebodyNew())
  const cookies = (await page.context().cookies()).filter(({ name }) => name.includes('souk-session'))
  expect(cookies.length).toBeGreaterThan(0)
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
})

test('every page of the account is accessible and fits its window', { tag: '@phone' }, async ({ page }) => {
  for (const path of [
    '/sign-in',
    '/sign-up',
    '/forgot-password',
    '/reset-password',
    '/reset-password?token_hash=x',
  ]) {
    await page.goto(path)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }
  await signUp(page, somebodyNew())
  for (const path of ['/settings', '/settings/tokens']) {
    await page.goto(path)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }
})
