/**
 * Every public page with an address of its own. A route rather than Next's sitemap file, because that can only answer
 * 500 while the database is away, and crawlers take 503 for what it is.
 */
import { listSitemap } from '#lib/catalog/list-sitemap'
import { siteUrl } from '#lib/catalog/page-metadata'
import { Problem } from '#lib/kernel/problem'

export const dynamic = 'force-dynamic'

const FIXED_PATHS = [
  '/',
  '/categories',
  '/log',
  ...['agent', 'app', 'mcp-server', 'prompt'].map((kind) => `/search?kind=${kind}`),
]

export async function GET(): Promise<Response> {
  try {
    const { packages, stores, categories } = await listSitemap()
    const entries = [
      ...FIXED_PATHS.map((path) => entryOf(path)),
      ...categories.map((slug) => entryOf(`/categories/${slug}`)),
      ...stores.map((slug) => entryOf(`/stores/${slug}`)),
      ...packages.map(({ handle, updatedAt }) => entryOf(`/packages/${handle}`, updatedAt)),
    ]
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${entries.join('\n')}
</urlset>
`
    return new Response(xml, {
      headers: { 'content-type': 'application/xml', 'cache-control': 'public, max-age=3600' },
    })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return new Response(null, { status: error.status, headers: { ...error.headers } })
  }
}

function entryOf(path: string, updatedAt?: Date): string {
  const address = new URL(path, siteUrl()).href.replaceAll('&', '&amp;')
  const changed = updatedAt ? `<lastmod>${updatedAt.toISOString()}</lastmod>` : ''
  return `<url><loc>${address}</loc>${changed}</url>`
}
