import 'server-only'
import { viewerOf } from '#lib/identity/get-viewer'
import type { Actor } from '#lib/kernel/actor'
import { getPackage } from './get-package.ts'
import { readSpec } from './read-spec.ts'
import { selectOwnReview } from './review-data.ts'
import type { PackagePage, ReviewStanding, ReviewState } from './schemas.ts'

/**
 * What the caller wrote about a package, to be shown for editing, and whether they may. The database has the last word.
 * @throws Problem `not_found`, the same whether the package is absent or hidden from this caller.
 */
export async function getOwnReview(actor: Actor, handle: string): Promise<ReviewState> {
  const page = await getPackage(actor, handle)
  const standing = await standingOf(actor, page)
  const review = actor.kind === 'user' ? await selectOwnReview(actor, handle) : null
  return { standing, review }
}

async function standingOf(actor: Actor, page: PackagePage): Promise<ReviewStanding> {
  const version = page.latestVersion ?? page.versions[0]?.version
  if (page.status !== 'approved' || !page.isAvailable || version === undefined) return 'closed'
  if (actor.kind === 'anonymous') return 'signed-out'
  const viewer = await viewerOf(actor)
  if (page.store !== null && viewer?.storeSlug === page.store.slug) return 'own'
  const { access } = await readSpec(actor, page, version)
  return access === 'locked' ? 'locked' : 'open'
}
