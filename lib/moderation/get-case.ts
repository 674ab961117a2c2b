import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { selectPackageCase, selectStoreCase } from './data.ts'
import { requireModerator } from './rules.ts'
import type { PackageCase, StoreCase } from './schemas.ts'

/** A package in whatever state, with what was decided about it so far. @throws Problem `not_found` */
export async function getPackageCase(actor: Actor, handle: string): Promise<PackageCase> {
  const found = await selectPackageCase(requireModerator(actor), handle)
  if (!found) throw new Problem('not_found', `There is no package ${handle}.`)
  return found
}

/** A store in whatever state, with its packages and what was decided about it so far. @throws Problem `not_found` */
export async function getStoreCase(actor: Actor, slug: string): Promise<StoreCase> {
  const found = await selectStoreCase(requireModerator(actor), slug)
  if (!found) throw new Problem('not_found', `There is no store ${slug}.`)
  return found
}
