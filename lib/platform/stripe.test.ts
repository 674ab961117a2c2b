import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

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

describe('what is known of Stripe', () => {
  async function after(error: Error) {
    const { askStripe, stripeState } = await import('./stripe.ts')
    await askStripe(() => Promise.reject(error)).catch(() => undefined)
    return stripeState
  }
  const { StripeAPIError, StripeCardError, StripeConnectionError, StripeRateLimitError } = Stripe.errors

  it.each([
    ['no connection', new StripeConnectionError({ message: 'Away', type: 'api_error' })],
    ['a failure of its own', new StripeAPIError({ message: 'Broken', type: 'api_error', statusCode: 500 })],
  ])('is that it is down for two minutes after %s, and then nothing', async (_, error) => {
    const stripeState = await after(error)
    expect(stripeState().state).toBe('down')
    await vi.advanceTimersByTimeAsync(2 * 60_000)
    expect(stripeState().state).toBe('down')
    await vi.advanceTimersByTimeAsync(1)
    expect(stripeState().state).toBe('unknown')
  })

  it.each([
    ['a card that is refused', new StripeCardError({ message: 'No', type: 'card_error', statusCode: 402 })],
    [
      'too many calls',
      new StripeRateLimitError({ message: 'Slow', type: 'rate_limit_error', statusCode: 429 }),
    ],
  ])('is that it is up after %s', async (_, error) => {
    expect((await after(error))().state).toBe('up')
  })
})
