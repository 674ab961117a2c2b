import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readPackagePage } from './data.ts'
import { readerOf } from './reader.ts'
import { type PackagePage, type RegistryPackage, registryPackageSchema } from './schemas.ts'

/**
 * Everything the package page shows. What the public may see is read as the public, in one round trip, and is the same
 * for everybody; only what they may not see is asked again as the caller, so owners preview what waits for approval.
 * @throws Problem `not_found`, the same whether the package is absent or hidden from this caller.
 */
export async function getPackage(actor: Actor, handle: string): Promise<PackagePage> {
  const listed = await readPackagePage(anonymous, handle)
  const reader = listed ? anonymous : readerOf(actor, handle)
  const found = reader.kind === 'anonymous' ? listed : await readPackagePage(reader, handle)
  if (!found) throw new Problem('not_found', `There is no package ${handle}.`)
  return found
}

/** The package as installers read it: its card, all versions newest first, and which one is latest. */
export async function getRegistryPackage(actor: Actor, handle: string): Promise<RegistryPackage> {
  const page = await getPackage(actor, handle)
  return registryPackageSchema.parse({ ...page, latest: page.latestVersion })
}
