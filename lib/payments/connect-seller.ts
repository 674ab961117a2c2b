import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { env } from '#lib/platform/env'
import { askStripeInTime, hasStripe } from '#lib/platform/stripe'
import { rememberAccount, selectOwnAccount, type SellerAccount } from './payout-data.ts'
import type { PayoutAccount, PayoutOnboarding } from './schemas.ts'
import { canReceive } from './sync-account.ts'

/** How far the caller's store is with being paid out. @throws Problem `store_required`. */
export async function getPayoutAccount(actor: Actor): Promise<PayoutAccount> {
  const account = await ownAccount(actor)
  return {
    isAvailable: hasStripe(),
    reason: hasStripe() ? null : 'Payouts need card payments, which are not set up on this marketplace.',
    state: account.accountId === null ? 'none' : account.canReceive ? 'ready' : 'incomplete',
    requirements: account.requirements,
    minimum: { amount: env().PAYOUT_MINIMUM, currency: 'USD' },
  }
}

/**
 * Sends the seller to Stripe to say who they are and where their bank is. Can be asked again until it is complete.
 * @throws Problem `store_required`, `unavailable` without a Stripe key or when Stripe does not answer.
 */
export async function connectSeller(actor: Actor): Promise<PayoutOnboarding> {
  const { storeId, storeSlug, accountId } = await ownAccount(actor)
  const page = `${env().SITE_URL}/dashboard/money`
  const { account, link } = await askStripeInTime(async (stripe) => {
    const account =
      accountId === null
        ? await stripe.accounts.create(
            {
              type: 'express',
              capabilities: { transfers: { requested: true } },
              metadata: { store: storeSlug },
            },
            { idempotencyKey: `souk-account-${storeId}` },
          )
        : await stripe.accounts.retrieve(accountId)
    const link = await stripe.accountLinks.create({
      account: account.id,
      type: 'account_onboarding',
      refresh_url: page,
      return_url: page,
    })
    return { account, link }
  })
  await rememberAccount(storeId, account.id, canReceive(account), account.requirements?.currently_due ?? [])
  return { url: link.url }
}

async function ownAccount(actor: Actor): Promise<SellerAccount> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to see your store.')
  const account = await selectOwnAccount(actor)
  if (!account) throw new Problem('store_required', 'Open a store first.')
  return account
}
