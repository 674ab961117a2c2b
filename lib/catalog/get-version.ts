import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { parseVersion, resolveRange } from '#lib/kernel/semver'
import { readVersions } from './data.ts'
import { type Found, readerOf } from './reader.ts'
import type { ResolvedVersion } from './schemas.ts'

/**
 * One version by its number, or the one that `latest` or a range means.
 * @throws Problem `not_found`, the same whether it is absent or hidden from this caller; `gone` when it was deleted.
 */
export async function getVersion(actor: Actor, handle: string, range: string): Promise<ResolvedVersion> {
  return (await findVersion(actor, handle, range)).found
}

/** The same, and whether it is what everybody gets. */
export async function findVersion(
  actor: Actor,
  handle: string,
  range: string,
): Promise<Found<ResolvedVersion>> {
  const listed = await readVersions(anonymous, handle)
  const reader = listed ? anonymous : readerOf(actor, handle)
  const found = reader.kind === 'anonymous' ? listed : await readVersions(reader, handle)
  if (!found) throw new Problem('not_found', `There is no package ${handle}.`)
  const wanted = resolveRange(found.versions, range)
  const entry = found.versions.find(({ version }) => version === wanted)
  if (entry) return { found: { handle, latest: found.latestVersion, ...entry }, isPublic: found === listed }
  const deleted = found.deletedVersions.find(({ version }) => version === range)
  if (deleted) throw new Problem('gone', `${handle}@${range} was deleted: ${deleted.reason}`)
  throw new Problem(
    'not_found',
    parseVersion(range) ? `There is no ${handle}@${range}.` : `No version of ${handle} satisfies "${range}".`,
  )
}
