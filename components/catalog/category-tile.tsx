/** A lane of the market: a category with its niche and how much stands there. */
import type { CategoryCount } from '#lib/catalog/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { CategoryIcon } from './category-icon.tsx'
import { countOf } from './compact-count.ts'

export function CategoryTile({ category, className }: { category: CategoryCount; className?: string }) {
  const { slug, name, icon, color, productCount } = category
  return (
    <Link
      data-slot="category-tile"
      href={`/categories/${slug}`}
      prefetch={false}
      className={cx(
        'group flex h-full items-center gap-2 rounded-lg border border-transparent px-1.5 py-2 transition-colors hover:border-line hover:bg-surface sm:gap-3 sm:px-2.5',
        className,
      )}
    >
      <CategoryIcon icon={icon} color={color} />
      <span className="min-w-0">
        <span className="block text-sm leading-5 font-medium group-hover:text-brand-ink sm:text-base sm:leading-5">
          {name}
        </span>
        <span className="text-xs text-faint tabular">{countOf(productCount, 'package')}</span>
      </span>
    </Link>
  )
}

export function CategoryGrid({ categories, className }: { categories: CategoryCount[]; className?: string }) {
  return (
    <ul
      data-slot="category-grid"
      className={cx(
        '-mx-1.5 grid grid-cols-[repeat(auto-fill,minmax(9.25rem,1fr))] gap-1 sm:-mx-2.5 sm:grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))]',
        className,
      )}
    >
      {categories.map((category) => (
        <li key={category.slug}>
          <CategoryTile category={category} />
        </li>
      ))}
    </ul>
  )
}
