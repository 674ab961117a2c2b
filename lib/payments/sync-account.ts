import 'server-only'
import type Stripe from 'stripe'
import { askStripe } from '#lib/platform/stripe'
import { rememberAccount, selectStoreOfAccount } from './payout-data.ts'

/** Brings what we know of a seller's account to what Stripe says of it now. Accounts of others are ignored. */
export async function syncAccount(accountId: string): Promise<void> {
  const storeId = await selectStoreOfAccount(accountId)
  if (storeId === null) return
  const account = await askStripe((stripe) => stripe.accounts.retrieve(accountId))
  await rememberAccount(storeId, accountId, canReceive(account), account.requirements?.currently_due ?? [])
}

/** Transfers arrive when the capability is on; Stripe pays them out to the bank by itself. */
export function canReceive(account: Stripe.Account): boolean {
  return account.capabilities?.transfers === 'active' && account.payouts_enabled
}
