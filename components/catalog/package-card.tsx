/** A package on a shelf: enough to choose what to open. The whole card is one link. */
import { Badge } from '#components/ui/badge'
import { DownloadIcon } from '#components/ui/frame-icons'
import { PackageTile } from '#components/ui/tile'
import type { PackageCard as Card } from '#lib/catalog/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { KindLabel } from './kind-badge.tsx'
import { PriceTag } from './price-tag.tsx'
import { Rating } from './rating.tsx'
import { packageHref } from './search-href.ts'
import { Stat } from './stat.tsx'

export interface PackageCardProps {
  item: Card
  /** Heading level of the name on this page. */
  as?: 'h2' | 'h3'
  className?: string
}

export function PackageCard({ item, as: Heading = 'h3', className }: PackageCardProps) {
  const { handle, name, summary, kind, iconUrl, rating, downloadCount, price, deprecation } = item
  return (
    <article
      data-slot="package-card"
      className={cx(
        'group relative flex h-full flex-col rounded-lg border border-line bg-surface p-4 shadow-sm transition-[border-color,box-shadow] duration-150 hover:border-control/70 hover:shadow-md',
        className,
      )}
    >
      <div className="flex items-start gap-3">
        <PackageTile handle={handle} iconUrl={iconUrl} />
        <div className="min-w-0 flex-1">
          <Heading className="truncate leading-5.5 font-semibold">
            <Link
              href={packageHref(handle)}
              prefetch={false}
              className="rounded-xs outline-none group-hover:text-brand-ink after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-focus"
            >
              {/* Remote catalogues hold entries without a name. */}
              {name || handle}
            </Link>
          </Heading>
          <p className="truncate text-xs text-faint">{handle}</p>
        </div>
      </div>
      <p className="mt-3 line-clamp-2 min-h-10.5 text-sm text-muted">{summary}</p>
      <div className="mt-auto flex items-center gap-x-2 pt-3.5 text-xs">
        {/* One line, always: what does not fit beside the price wraps out of sight. */}
        <div className="flex h-6 min-w-0 flex-1 flex-wrap items-center gap-x-2.5 overflow-hidden *:h-6">
          {deprecation ? (
            <Badge tone="warning" title={deprecation.message}>
              deprecated
            </Badge>
          ) : null}
          <KindLabel kind={kind} />
          <Rating average={rating.average} count={rating.count} brief />
          {downloadCount > 0 ? <Stat count={downloadCount} noun="download" Icon={DownloadIcon} /> : null}
        </div>
        <PriceTag price={price} className="shrink-0" />
      </div>
    </article>
  )
}
