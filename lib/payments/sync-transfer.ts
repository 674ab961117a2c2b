import 'server-only'
import { askStripe } from '#lib/platform/stripe'
import { isPayout, reversePayout } from './payout-data.ts'

/** Brings a payout to what Stripe says of its transfer now: what was taken back of it is payable again. */
export async function syncTransfer(transferId: string): Promise<void> {
  const { amount_reversed, transfer_group } = await askStripe((stripe) =>
    stripe.transfers.retrieve(transferId),
  )
  // Transfers that are not of a payout of ours are somebody else's on the same Stripe account.
  if (amount_reversed > 0 && transfer_group !== null && (await isPayout(transfer_group))) {
    await reversePayout(transfer_group, amount_reversed, { transfer: transferId })
  }
}
