import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readMetered } from './data.ts'
import type { MeteredPackage } from './schemas.ts'

/** What charges by use, of what the caller has in their library or had a budget for. */
export async function listMetered(actor: SignedInActor): Promise<MeteredPackage[]> {
  return await readMetered(actor)
}
