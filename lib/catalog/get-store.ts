import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { readStore } from './data.ts'
import type { StorePage } from './schemas.ts'

const PACKAGES_SHOWN = 100

/** A public store with its hottest packages. @throws Problem `not_found` also for a store that is pending or suspended. */
export async function getStore(slug: string, packageLimit = PACKAGES_SHOWN): Promise<StorePage> {
  const store = await readStore(slug, packageLimit)
  if (!store) throw new Problem('not_found', `There is no store "${slug}".`)
  return store
}
