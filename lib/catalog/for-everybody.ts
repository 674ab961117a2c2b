/**
 * Owns what everybody may see of the catalogue, kept in this process for the time of its tier: no statement while it is
 * fresh, at most two when it is not, and what was last known while the database is away. Never asked as anybody.
 */
import 'server-only'
import { LISTING_TAG, packageTag, SHELF_TAG, storeTag, VIEWS_TAG } from '#lib/http/public-pages'
import { anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { tieredCache } from '#lib/platform/tiered-cache'
import { readPackagePage, readPackageParts } from './data.ts'
import { getHome } from './get-home.ts'
import { getStore } from './get-store.ts'
import { listCategories } from './list-categories.ts'
import { listCategoryDetails } from './list-category-details.ts'
import { type SpecRead, specOf } from './read-spec.ts'
import type { CategoryCount, CategoryDetail, DependentsPage, MarketplaceHome } from './schemas.ts'
import type { PackagePage, StorePage } from './schemas.ts'

const DEPENDENTS_KEPT = 5

export interface PublicPackage {
  page: PackagePage
  /** The latest version or, when every one was yanked, the newest; and what its manifest says to strangers. */
  version: string
  spec: SpecRead
  dependents: { items: DependentsPage['items']; total: number }
}

export function homeForEverybody(): Promise<MarketplaceHome> {
  return tieredCache().read({ key: 'home', tier: 'featured', tags: [LISTING_TAG, VIEWS_TAG], load: getHome })
}

export function categoriesForEverybody(): Promise<CategoryCount[]> {
  const read = { key: 'categories', tier: 'categories', tags: [LISTING_TAG, VIEWS_TAG] } as const
  return tieredCache().read({ ...read, load: listCategories })
}

export function categoryDetailsForEverybody(): Promise<CategoryDetail[]> {
  const read = { key: 'category-details', tier: 'categories', tags: [LISTING_TAG, VIEWS_TAG] } as const
  return tieredCache().read({ ...read, load: listCategoryDetails })
}

/** @throws Problem `not_found` */
export function storeForEverybody(slug: string, packageLimit?: number): Promise<StorePage> {
  const key = `store:${slug}:${packageLimit ?? ''}`
  const tags = [storeTag(slug), LISTING_TAG]
  return tieredCache().read({ key, tier: 'hot', tags, load: () => getStore(slug, packageLimit) })
}

/** Null for what strangers may not see; that is never kept. */
export async function packageForEverybody(handle: string): Promise<PublicPackage | null> {
  try {
    const tags = [packageTag(handle), SHELF_TAG]
    return await tieredCache().read({ key: `package:${handle}`, tier: 'hot', tags, load: () => load(handle) })
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return null
    throw error
  }
}

async function load(handle: string): Promise<PublicPackage> {
  const page = await readPackagePage(anonymous, handle)
  const version = page?.latestVersion ?? page?.versions[0]?.version
  if (!page || version === undefined) throw new Problem('not_found', `There is no package ${handle}.`)
  const { manifest, dependents } = await readPackageParts(handle, version, DEPENDENTS_KEPT)
  const { items, total } = dependents ?? { items: [], total: 0 }
  return { page, version, spec: specOf(page, manifest), dependents: { items, total } }
}
