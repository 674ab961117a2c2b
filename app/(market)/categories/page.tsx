import { CategoryIcon } from '#components/catalog/category-icon'
import { JsonLdScript } from '#components/market/json-ld'
import { PageHeader } from '#components/shell/page-header'
import { categoryDetailsForEverybody } from '#lib/catalog/for-everybody'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import { breadcrumbData } from '#lib/catalog/structured-data'
import type { Metadata } from 'next'
import Link from 'next/link'
import { answerPage } from '../answer.tsx'
import { countOf } from '../../../components/catalog/compact-count.ts'

export function generateMetadata(): Metadata {
  return pageMetadata({
    title: 'Categories',
    description: 'Every category of Souk, from databases to travel, with how many packages stand in each.',
    path: '/categories',
  })
}

export default function CategoriesPage() {
  return answerPage(render)
}

async function render() {
  const categories = await categoryDetailsForEverybody()
  const trail = [
    { name: 'Souk', path: '/' },
    { name: 'Categories', path: '/categories' },
  ]
  return (
    <div className="page-width">
      <JsonLdScript data={breadcrumbData(siteUrl(), trail)} />
      <PageHeader
        title="Categories"
        description="Every lane of the market."
        crumbs={[{ label: 'Souk', href: '/' }, { label: 'Categories' }]}
      />
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] gap-3.5">
        {categories.map(({ slug, name, description, icon, color, productCount }) => (
          <li key={slug}>
            <article className="group relative flex h-full gap-4 rounded-lg border border-line bg-surface p-4 shadow-sm transition-[border-color,box-shadow] duration-150 hover:border-control/70 hover:shadow-md">
              <CategoryIcon icon={icon} color={color} />
              <div className="min-w-0">
                <h2 className="font-semibold">
                  <Link
                    href={`/categories/${slug}`}
                    prefetch={false}
                    className="outline-none group-hover:text-brand-ink after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-focus"
                  >
                    {name}
                  </Link>
                </h2>
                <p className="mt-0.5 text-sm text-muted">{description}</p>
                <p className="mt-1.5 text-xs text-faint tabular">{countOf(productCount, 'package')}</p>
              </div>
            </article>
          </li>
        ))}
      </ul>
    </div>
  )
}
