import 'server-only'
import { forgetPackage } from '#lib/catalog/manifest-cache'
import type { Actor } from '#lib/kernel/actor'
import { setYanked } from './data.ts'
import { requireRetiringRight } from './retiring-right.ts'
import type { ChangedVersion } from './schemas.ts'

/**
 * Takes a version out of what `latest` and ranges mean; its exact number still downloads. Yanked again, it changes the
 * reason.
 * @throws Problem `not_found`, `namespace_not_owned` for a package of somebody else, `insufficient_scope`.
 */
export async function yankVersion(
  actor: Actor,
  handle: string,
  version: string,
  reason?: string,
): Promise<ChangedVersion> {
  const owner = requireRetiringRight(actor, handle)
  const changed = await setYanked(owner, handle, version, { isYanked: true, reason })
  forgetPackage(handle)
  return changed
}

/** Puts a version back into what `latest` and ranges mean. @throws Problem as {@link yankVersion}. */
export async function unyankVersion(actor: Actor, handle: string, version: string): Promise<ChangedVersion> {
  const owner = requireRetiringRight(actor, handle)
  const changed = await setYanked(owner, handle, version, { isYanked: false })
  forgetPackage(handle)
  return changed
}
