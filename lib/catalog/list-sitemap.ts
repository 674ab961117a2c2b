import 'server-only'
import { readSitemap, readStoreSlugs } from './data.ts'
import { listCategories } from './list-categories.ts'

export interface SitemapEntries {
  packages: { handle: string; updatedAt: Date }[]
  stores: string[]
  categories: string[]
}

/** Every public page that has an address of its own, within the 50,000 of one sitemap file. */
export async function listSitemap(): Promise<SitemapEntries> {
  const [packages, stores, categories] = await Promise.all([
    readSitemap(),
    readStoreSlugs(),
    listCategories(),
  ])
  return { packages, stores, categories: categories.map(({ slug }) => slug) }
}
