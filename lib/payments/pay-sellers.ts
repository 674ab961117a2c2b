/** Owns sending sellers what is payable to them. A background task; safe to repeat and to run twice at once. */
import 'server-only'
import type Stripe from 'stripe'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { hasStripe, isInvalidRequest, stripe } from '#lib/platform/stripe'
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
    const { transfer, refusal } = await transferOnce(stripe(), payout)
    if (transfer !== null) return await finishPayout(id, 'paid', 'sent through Stripe', { transfer })
    log.error({ payout: id, refusal }, 'a payout was refused')
    await finishPayout(id, 'failed', 'refused by Stripe', { message: refusal.slice(0, 300) })
  } catch (error) {
    // Nobody knows whether it was sent, or it can be sent later: it stays reserved and is tried again.
    log.warn({ err: error, payout: id }, 'a payout waits')
  }
}

type Outcome = { transfer: string; refusal: null } | { transfer: null; refusal: string }

/**
 * Stripe forgets idempotency keys after a day, so a transfer that may exist already is looked for first. Only Stripe's no
 * to this very transfer is a refusal, and only while it has none of this payout: an answer about our key or about our
 * right to ask says nothing of what was sent before.
 * @throws what leaves it open
 */
async function transferOnce(client: Stripe, payout: ReservedPayout): Promise<Outcome> {
  const { id, amount, accountId } = payout
  const known = await findTransfer(client, id)
  if (known !== null) return { transfer: known, refusal: null }
  try {
    const { id: transfer } = await client.transfers.create(
      { amount, currency: 'usd', destination: accountId, transfer_group: id, metadata: { payout: id } },
      { idempotencyKey: `souk-payout-${id}` },
    )
    return { transfer, refusal: null }
  } catch (error) {
    if (!isInvalidRequest(error) || error.code === 'balance_insufficient') throw error
    const sent = await findTransfer(client, id)
    return sent === null ? { transfer: null, refusal: error.message } : { transfer: sent, refusal: null }
  }
}

async function findTransfer(client: Stripe, payoutId: string): Promise<string | null> {
  const { data } = await client.transfers.list({ transfer_group: payoutId, limit: 1 })
  return data[0]?.id ?? null
}
