import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readPackagePage } from './data.ts'
import { type Found, readerOf } from './reader.ts'
import { type PackagePage, type RegistryPackage, registryPackageSchema } from './schemas.ts'

/**
 * Everything the package page shows. What the public may see is read as the public, in one round trip, and is the same
 * for everybody; only what they may not see is asked again as the caller, so owners preview what waits for approval.
 * @throws Problem `not_found`, the same whether the package is absent or hidden from this caller.
 */
export async function getPackage(actor: Actor, handle: string): Promise<PackagePage> {
  return (await findPackage(actor, handle)).page
}

/** The same, and whether it is what everybody gets. @throws as `getPackage` */
export async function findPackage(
  actor: Actor,
  handle: string,
): Promise<{ page: PackagePage; isPublic: boolean }> {
  const listed = await readPackagePage(anonymous, handle)
  if (listed) return { page: listed, isPublic: true }
  const reader = readerOf(actor, handle)
  const page = reader.kind === 'anonymous' ? null : await readPackagePage(reader, handle)
  if (!page) throw new Problem('not_found', `There is no package ${handle}.`)
  return { page, isPublic: false }
}

/** The package as installers read it: its card, all versions newest first, and which one is latest. */
export async function getRegistryPackage(actor: Actor, handle: string): Promise<RegistryPackage> {
  return (await findRegistryPackage(actor, handle)).found
}

/** The same, and whether it is what everybody gets. */
export async function findRegistryPackage(actor: Actor, handle: string): Promise<Found<RegistryPackage>> {
  const { page, isPublic } = await findPackage(actor, handle)
  return { found: registryPackageSchema.parse({ ...page, latest: page.latestVersion }), isPublic }
}
