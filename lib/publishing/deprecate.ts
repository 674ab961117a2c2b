import 'server-only'
import { forgetPackage } from '#lib/catalog/manifest-cache'
import type { PackageDetail } from '#lib/catalog/schemas'
import type { Actor } from '#lib/kernel/actor'
import { setPackageDeprecation, setVersionDeprecation } from './data.ts'
import { requireRetiringRight } from './retiring-right.ts'
import type { ChangedVersion, DeprecateInput } from './schemas.ts'

/**
 * Advises people against a package and says what to use instead; `null` takes the advice back. It resolves and
 * downloads as before.
 * @throws Problem `not_found`, `namespace_not_owned`, `insufficient_scope`, `validation_failed` when what is to be used
 *   instead is not there.
 */
export async function deprecatePackage(
  actor: Actor,
  handle: string,
  deprecation: DeprecateInput | null,
): Promise<PackageDetail> {
  const changed = await setPackageDeprecation(requireRetiringRight(actor, handle), handle, deprecation)
  forgetPackage(handle)
  return changed
}

/** The same for one version. @throws Problem as {@link deprecatePackage}. */
export async function deprecateVersion(
  actor: Actor,
  handle: string,
  version: string,
  deprecation: DeprecateInput | null,
): Promise<ChangedVersion> {
  const changed = await setVersionDeprecation(
    requireRetiringRight(actor, handle),
    handle,
    version,
    deprecation,
  )
  forgetPackage(handle)
  return changed
}
