import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { readStore } from './data.ts'
import type { StorePage } from './schemas.ts'

/** A public store with its packages. @throws Problem `not_found` also for a store that is pending or suspended. */
export async function getStore(slug: string): Promise<StorePage> {
  const store = await readStore(slug)
  if (!store) throw new Problem('not_found', `There is no store "${slug}".`)
  return store
}
