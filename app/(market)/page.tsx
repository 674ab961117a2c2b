import { CategoryGrid } from '#components/catalog/category-tile'
import { Hero } from '#components/catalog/hero'
import { SectionHeader } from '#components/catalog/section-header'
import { JsonLdScript } from '#components/market/json-ld'
import { ShelfGrid } from '#components/market/shelf-grid'
import { EmptyState } from '#components/ui/empty-state'
import { ButtonLink } from '#components/ui/button'
import { homeForEverybody } from '#lib/catalog/for-everybody'
import { pageMetadata, siteUrl } from '#lib/catalog/page-metadata'
import type { PackageCard } from '#lib/catalog/schemas'
import { websiteData } from '#lib/catalog/structured-data'
import type { Metadata } from 'next'
import { answerPage } from './answer.tsx'

const DESCRIPTION =
  'MCP servers, agents, prompts and web apps: compare them, read what is inside, and run them with one line.'
const POPULAR = ['postgres', 'browser', 'code review', 'github']
/** Whole rows of four: a shelf that ends in a gap looks unfinished. */
const SHELF_SIZE = 8

export function generateMetadata(): Metadata {
  return pageMetadata({ description: DESCRIPTION, path: '/' })
}

export default function HomePage() {
  return answerPage(render)
}

async function render() {
  const { featured, hot, topRated, newArrivals, categories } = await homeForEverybody()
  const shelves: ShelfProps[] = [
    { id: 'featured', title: 'Featured', description: 'Chosen by the house', items: featured },
    {
      id: 'hot',
      title: 'Hot now',
      description: 'Taken home most',
      items: hot,
      href: '/search',
    },
    {
      id: 'top-rated',
      title: 'Top rated',
      description: 'By people who use them',
      items: topRated,
      href: '/search?sort=rating',
    },
    {
      id: 'new',
      title: 'New arrivals',
      description: 'Fresh on the shelf',
      items: newArrivals,
      href: '/search?sort=new',
    },
  ]
  const stocked = shelves.filter(({ items }) => items.length > 0)
  return (
    <>
      <JsonLdScript data={websiteData(siteUrl())} />
      <Hero title="Software you can run today" description={DESCRIPTION} popular={POPULAR} />
      <div className="page-width space-y-14 pt-12">
        {stocked.length === 0 ? <EmptyMarket /> : null}
        {stocked.slice(0, 1).map((shelf) => (
          <Shelf key={shelf.id} {...shelf} />
        ))}
        <section id="categories" aria-labelledby="categories-title">
          <SectionHeader id="categories-title" title="Categories" href="/categories" />
          <CategoryGrid categories={categories.filter(({ productCount }) => productCount > 0)} />
        </section>
        {stocked.slice(1).map((shelf) => (
          <Shelf key={shelf.id} {...shelf} />
        ))}
      </div>
    </>
  )
}

interface ShelfProps {
  id: string
  title: string
  description: string
  items: PackageCard[]
  href?: string
}

function Shelf({ id, title, description, items, href }: ShelfProps) {
  const titleId = `${id}-title`
  return (
    <section id={id} aria-labelledby={titleId}>
      <SectionHeader id={titleId} title={title} description={description} href={href} />
      <ShelfGrid items={items.slice(0, SHELF_SIZE)} />
    </section>
  )
}

function EmptyMarket() {
  return (
    <EmptyState
      title="The market has just opened"
      actions={<ButtonLink href="/dashboard">Open a store</ButtonLink>}
    >
      No package stands here yet. Open a store and publish the first one.
    </EmptyState>
  )
}
