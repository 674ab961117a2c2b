import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { type ByName, selectPackages, selectStores } from './data.ts'
import { requireModerator } from './rules.ts'
import type {
  ModeratedList,
  ModeratedPackagesQuery,
  ModeratedStoresQuery,
  PackageDossier,
  StoreDossier,
} from './schemas.ts'

const cursors = defineCursor(1, z.string().max(130))

/** Every package in whatever state, by handle. */
export async function listModeratedPackages(
  actor: Actor,
  query: ModeratedPackagesQuery,
): Promise<ModeratedList<PackageDossier>> {
  const { items, next } = await selectPackages(requireModerator(actor), byName(query))
  return { items, nextCursor: next === null ? null : cursors.encode(next) }
}

/** Every store in whatever state, by address. */
export async function listModeratedStores(
  actor: Actor,
  query: ModeratedStoresQuery,
): Promise<ModeratedList<StoreDossier>> {
  const { items, next } = await selectStores(requireModerator(actor), byName(query))
  return { items, nextCursor: next === null ? null : cursors.encode(next) }
}

function byName({ status, q, limit, cursor }: ModeratedPackagesQuery | ModeratedStoresQuery): ByName {
  const after = cursor === undefined ? null : cursors.decode(cursor)
  return { status: status ?? null, beginning: q || null, after, limit }
}
