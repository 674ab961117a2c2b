/** Every public page with an address of its own. Made on request: what is for sale is never known at build time. */
import type { MetadataRoute } from 'next'
import { listSitemap } from '#lib/catalog/list-sitemap'
import { siteUrl } from '#lib/catalog/page-metadata'

export const dynamic = 'force-dynamic'

const KIND_PAGES = ['agent', 'app', 'mcp-server', 'prompt'].map((kind) => `/search?kind=${kind}`)

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const { packages, stores, categories } = await listSitemap()
  const at = (path: string) => new URL(path, siteUrl()).href
  return [
    { url: at('/'), changeFrequency: 'hourly', priority: 1 },
    { url: at('/categories'), changeFrequency: 'daily' },
    ...KIND_PAGES.map((path) => ({ url: at(path), changeFrequency: 'daily' as const })),
    ...categories.map((slug) => ({ url: at(`/categories/${slug}`), changeFrequency: 'daily' as const })),
    ...stores.map((slug) => ({ url: at(`/stores/${slug}`), changeFrequency: 'daily' as const })),
    ...packages.map(({ handle, updatedAt }) => ({ url: at(`/packages/${handle}`), lastModified: updatedAt })),
  ]
}
