import { afterEach, beforeEach, expect, it, vi } from 'vitest'

vi.mock('./env.ts', () => ({ env: () => ({ STRIPE_SECRET_KEY: 'sk_test_12345678' }) }))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('keeps nobody who waits for Stripe longer than five seconds, however many calls it takes', async () => {
  const { askStripeInTime } = await import('./stripe.ts')
  const asked = askStripeInTime(() => new Promise(() => undefined))
  const refused = expect(asked).rejects.toMatchObject({
    code: 'unavailable',
    headers: { 'retry-after': '10' },
  })
  await vi.advanceTimersByTimeAsync(4_800)
  await refused
  expect(vi.getTimerCount()).toBe(0)
})
