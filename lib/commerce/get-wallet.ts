import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readWallet } from './data.ts'
import type { Wallet } from './schemas.ts'

/** The caller's credits: what they can spend, what is set aside, what they owe. */
export async function getWallet(actor: SignedInActor): Promise<Wallet> {
  return await readWallet(actor)
}
