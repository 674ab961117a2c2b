/** A package as one line of a list, for people who compare: the same facts stand in the same columns. */
import { Badge } from '#components/ui/badge'
import { DownloadIcon } from '#components/ui/frame-icons'
import { PackageTile } from '#components/ui/tile'
import type { PackageCard as Card } from '#lib/catalog/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { KindBadge } from './kind-badge.tsx'
import { PriceTag } from './price-tag.tsx'
import { Rating } from './rating.tsx'
import { packageHref } from './search-href.ts'
import { Stat } from './stat.tsx'

export function PackageRow({ item, as: Heading = 'h3' }: { item: Card; as?: 'h2' | 'h3' }) {
  const { handle, name, summary, kind, iconUrl, rating, downloadCount, latestVersion, price, deprecation } =
    item
  return (
    <article
      data-slot="package-row"
      className="group relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3.5 py-2.5 hover:bg-hover/60 lg:grid-cols-[auto_minmax(0,1fr)_7rem_5.5rem_4rem_5rem_7rem]"
    >
      <PackageTile handle={handle} iconUrl={iconUrl} size="sm" />
      <div className="min-w-0">
        <div className="flex min-w-0 items-baseline gap-2">
          <Heading className="truncate text-sm font-semibold">
            <Link
              href={packageHref(handle)}
              prefetch={false}
              className="outline-none group-hover:text-brand-ink after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {/* Remote catalogues hold entries without a name. */}
              {name || handle}
            </Link>
          </Heading>
          <span className="truncate text-xs text-faint max-sm:hidden">{handle}</span>
          {deprecation ? (
            <Badge tone="warning" title={deprecation.message} className="shrink-0">
              deprecated
            </Badge>
          ) : null}
        </div>
        <p className="truncate text-xs text-muted">{summary}</p>
      </div>
      <div className="max-lg:order-last max-lg:col-span-2 max-lg:col-start-2 max-lg:flex max-lg:flex-wrap max-lg:items-center max-lg:gap-3 lg:contents">
        <KindBadge kind={kind} className="justify-self-start" />
        <span className="text-xs max-lg:empty:hidden">
          <Rating average={rating.average} count={rating.count} />
        </span>
        <span className="text-xs max-lg:empty:hidden">
          {downloadCount > 0 ? <Stat count={downloadCount} noun="download" Icon={DownloadIcon} /> : null}
        </span>
        <span className="truncate text-xs text-faint tabular">{latestVersion}</span>
      </div>
      <PriceTag price={price} className="justify-self-end" />
    </article>
  )
}

export function PackageRows({
  items,
  as,
  className,
}: {
  items: Card[]
  as?: 'h2' | 'h3'
  className?: string
}) {
  return (
    <ul
      data-slot="package-rows"
      className={cx(
        'divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface',
        className,
      )}
    >
      {items.map((item) => (
        <li key={`${item.registry} ${item.handle}`} data-item={`${item.registry} ${item.handle}`}>
          <PackageRow item={item} as={as} />
        </li>
      ))}
    </ul>
  )
}
