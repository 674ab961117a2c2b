/** Owns sending sellers what is payable to them. A background task; safe to repeat and to run twice at once. */
import 'server-only'
import type Stripe from 'stripe'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { hasStripe, isRefusal, stripe } from '#lib/platform/stripe'
import { finishPayout, type ReservedPayout, reservePayouts, selectReservedPayouts } from './payout-data.ts'

/** Once a day a store's payable money is reserved and sent; what is reserved is sent until Stripe has said yes or no. */
export async function paySellers(now = new Date()): Promise<void> {
  if (!hasStripe()) return
  await reservePayouts(env().PAYOUT_MINIMUM, now.toISOString().slice(0, 10))
  for (const payout of await selectReservedPayouts()) await send(payout)
}

async function send(payout: ReservedPayout): Promise<void> {
  const { id } = payout
  try {
    const transfer = await transferOf(stripe(), payout)
    await finishPayout(id, 'paid', 'sent through Stripe', { transfer: transfer.id })
  } catch (error) {
    if (!isRefusal(error) || isWantOfMoney(error)) {
      // Nobody knows whether it was sent, or it can be sent later: it stays reserved and is tried again.
      log.warn({ err: error, payout: id }, 'a payout waits')
      return
    }
    const message = error instanceof Error ? error.message : 'Stripe refused it.'
    log.error({ err: error, payout: id }, 'a payout was refused')
    await finishPayout(id, 'failed', 'refused by Stripe', { message: message.slice(0, 300) })
  }
}

/** Stripe forgets idempotency keys after a day, so a transfer that may exist already is looked for first. */
async function transferOf(
  client: Stripe,
  { id, amount, accountId }: ReservedPayout,
): Promise<Stripe.Transfer> {
  const known = await client.transfers.list({ transfer_group: id, limit: 1 })
  const [transfer] = known.data
  if (transfer) return transfer
  return await client.transfers.create(
    { amount, currency: 'usd', destination: accountId, transfer_group: id, metadata: { payout: id } },
    { idempotencyKey: `souk-payout-${id}` },
  )
}

function isWantOfMoney(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'balance_insufficient'
}
