import { CategoryIcon } from '#components/catalog/category-icon'
import { JsonLdScript } from '#components/market/json-ld'
import { Listing } from '#components/search/listing'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { getCategory } from '#lib/catalog/get-category'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import { breadcrumbData } from '#lib/catalog/structured-data'
import { readPageQuery, toMarketplaceQuery } from '#lib/search/page-query'
import type { Metadata } from 'next'
import { cache } from 'react'
import { answerPage, describePage } from '../../answer.tsx'
import { listForPage } from '../../list-for-page.ts'
import { foldedSlug } from '../../lookup.ts'

const load = cache(getCategory)

type Props = PageProps<'/categories/[slug]'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function CategoryPage(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params, searchParams }: Props): Promise<Metadata> {
  const slug = foldedSlug((await params).slug, '/categories')
  const { name, description } = await load(slug)
  const query = readPageQuery(await searchParams)
  return pageMetadata({
    title: name,
    description: `${description} Packages in ${name} on Souk, to compare, read and run.`,
    path: `/categories/${slug}`,
    isIndexed: Object.keys(query.filters).length === 0 && query.page === 1,
  })
}

async function render({ params, searchParams }: Props) {
  const slug = foldedSlug((await params).slug, '/categories')
  const query = readPageQuery(await searchParams)
  // The address is the category; a second one in the query would contradict it.
  const { category: _, ...filters } = query.filters
  const own = { ...query, filters }
  const [category, result] = await Promise.all([
    load(slug),
    listForPage(toMarketplaceQuery(own, { category: slug })),
  ])
  const path = `/categories/${slug}`
  const trail = [
    { name: 'Souk', path: '/' },
    { name: 'Categories', path: '/categories' },
    { name: category.name, path },
  ]
  return (
    <div className="page-width">
      <JsonLdScript data={breadcrumbData(siteUrl(), trail)} />
      <PageHeader
        title={category.name}
        description={category.description}
        picture={<CategoryIcon icon={category.icon} color={category.color} size="lg" />}
        crumbs={[
          { label: 'Souk', href: '/' },
          { label: 'Categories', href: '/categories' },
          { label: category.name },
        ]}
      />
      <Listing
        served={{ query: own, result, servedAt: Date.now() }}
        path={path}
        fixed={{ category: slug }}
        searchLabel={`Search in ${category.name}`}
        emptyShelf={
          <EmptyState
            title="This lane is still empty"
            actions={<ButtonLink href="/categories">See the other categories</ButtonLink>}
          >
            Nobody has published here yet.
          </EmptyState>
        }
      />
    </div>
  )
}
