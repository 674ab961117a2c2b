import { JsonLdScript } from '#components/market/json-ld'
import { Listing } from '#components/search/listing'
import { PageHeader } from '#components/shell/page-header'
import { Badge } from '#components/ui/badge'
import { ButtonLink } from '#components/ui/button'
import { Day } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { Avatar } from '#components/ui/tile'
import { storeForEverybody } from '#lib/catalog/for-everybody'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import { breadcrumbData } from '#lib/catalog/structured-data'
import { readPageQuery, toMarketplaceQuery } from '#lib/search/page-query'
import type { Metadata } from 'next'
import { cache } from 'react'
import { countOf } from '../../../../components/catalog/compact-count.ts'
import { answerPage, describePage } from '../../answer.tsx'
import { listForPage } from '../../list-for-page.ts'
import { foldedSlug } from '../../lookup.ts'

// The list below pages through the packages itself.
const load = cache((slug: string) => storeForEverybody(slug, 0))

type Props = PageProps<'/stores/[slug]'>

export function generateMetadata(props: Props): Promise<Metadata> {
  return describePage(() => describe(props))
}

export default function StorePage(props: Props) {
  return answerPage(() => render(props))
}

async function describe({ params, searchParams }: Props): Promise<Metadata> {
  const slug = foldedSlug((await params).slug, '/stores')
  const { name, description, packageCount } = await load(slug)
  const query = readPageQuery(await searchParams)
  return pageMetadata({
    title: name,
    description: `${description || `${name} on Souk.`} ${countOf(packageCount, 'package')} to compare, read and run.`,
    path: `/stores/${slug}`,
    isIndexed: Object.keys(query.filters).length === 0 && query.page === 1,
  })
}

async function render({ params, searchParams }: Props) {
  const slug = foldedSlug((await params).slug, '/stores')
  const query = readPageQuery(await searchParams)
  const { seller: _, ...filters } = query.filters
  const own = { ...query, filters }
  const [store, result] = await Promise.all([
    load(slug),
    listForPage(toMarketplaceQuery(own, { seller: slug })),
  ])
  const path = `/stores/${slug}`
  const trail = [
    { name: 'Souk', path: '/' },
    { name: store.name, path },
  ]
  return (
    <div className="page-width">
      <JsonLdScript data={breadcrumbData(siteUrl(), trail)} />
      <PageHeader
        title={store.name}
        picture={<Avatar name={store.name} size="xl" className="text-2xl!" />}
        crumbs={[{ label: 'Souk', href: '/' }, { label: store.name }]}
        description={
          <>
            {store.description ? <p>{store.description}</p> : null}
            <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-faint">
              {store.productType === 'house' ? <Badge tone="brand">House</Badge> : <Badge>Seller</Badge>}
              <span className="tabular">{countOf(store.packageCount, 'package')}</span>
              <span>
                Open since <Day iso={store.createdAt} />
              </span>
            </p>
          </>
        }
      />
      <Listing
        served={{ query: own, result, servedAt: Date.now() }}
        path={path}
        fixed={{ seller: slug }}
        searchLabel={`Search in ${store.name}`}
        emptyShelf={
          <EmptyState
            title="The shelves are still empty"
            actions={<ButtonLink href="/search">See other packages</ButtonLink>}
          >
            {store.name} has not published anything yet.
          </EmptyState>
        }
      />
    </div>
  )
}
