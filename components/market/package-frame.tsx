/** The head of a package's pages: what it is, from whom, for how much, and the way between its pages. */
import { DeprecationNotice } from '#components/catalog/deprecation-notice'
import { KindBadge } from '#components/catalog/kind-badge'
import { PriceTag } from '#components/catalog/price-tag'
import { RatingStars } from '#components/catalog/rating'
import { Stat } from '#components/catalog/stat'
import { Alert } from '#components/ui/alert'
import { Breadcrumb } from '#components/ui/breadcrumb'
import { CopyButton } from '#components/ui/copy-button'
import { DownloadIcon } from '#components/ui/frame-icons'
import { EyeIcon } from '#components/ui/icons'
import { PackageTile } from '#components/ui/tile'
import type { PackagePage } from '#lib/catalog/schemas'
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'
import { cx } from '../ui/cx.ts'

export type PackageTab = 'overview' | 'versions'

export interface PackageFrameProps {
  page: PackagePage
  current: PackageTab
  children: React.ReactNode
}

const STATES: Record<Exclude<PackagePage['status'], 'approved'>, string> = {
  pending:
    'This package waits for an operator’s approval. Until then only you and the operators see this page.',
  rejected: 'An operator has declined this package. Only you and the operators see this page.',
  quarantined:
    'An operator has taken this package off the shelf. Only its seller and the operators see this page.',
}

export function PackageFrame({ page, current, children }: PackageFrameProps) {
  const { handle, name, summary, kind, category, rating, price, iconUrl, status, isAvailable } = page
  return (
    <div className="page-width">
      <header className="pt-5">
        <Breadcrumb
          crumbs={[
            { label: 'Souk', href: '/' },
            { label: category.name, href: `/categories/${category.slug}` },
            { label: name, href: packageHref(handle) },
            ...(current === 'versions' ? [{ label: 'Versions' }] : []),
          ]}
          className="mb-4"
        />
        <div className="flex items-start gap-4 max-sm:flex-wrap sm:gap-5">
          <PackageTile handle={handle} iconUrl={iconUrl} size="lg" className="sm:size-20 sm:rounded-lg" />
          <div className="min-w-0 flex-1">
            <h1 className="font-display text-2xl font-semibold tracking-tight text-balance sm:text-3xl">
              {name}
            </h1>
            <p className="flex items-center gap-1 text-sm text-faint">
              <span className="min-w-0 break-all">{handle}</span>
              <CopyButton text={handle} label="Copy handle" className="-my-1" />
            </p>
            <p className="mt-2 max-w-prose text-muted max-sm:hidden">{summary}</p>
          </div>
          <p className="w-full text-muted sm:hidden">{summary}</p>
        </div>
        <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
          <PriceTag price={price} size="lg" />
          <KindBadge kind={kind} />
          {rating.count > 0 ? (
            <a href={`${packageHref(handle)}#reviews`} className="rounded-xs hover:underline">
              <RatingStars average={rating.average} count={rating.count} />
            </a>
          ) : null}
          {page.downloadCount > 0 ? (
            <Stat count={page.downloadCount} noun="download" Icon={DownloadIcon} />
          ) : null}
          {page.viewCount > 0 ? <Stat count={page.viewCount} noun="view" Icon={EyeIcon} /> : null}
        </div>
        {status === 'approved' ? null : (
          <Alert tone="warning" className="mt-5">
            {STATES[status]}
          </Alert>
        )}
        {page.deprecation ? (
          <DeprecationNotice subject="This package" deprecation={page.deprecation} className="mt-5" />
        ) : null}
        {status === 'approved' && !isAvailable ? (
          <Alert tone="info" className="mt-5">
            This package is no longer offered. Those who have it keep it.
          </Alert>
        ) : null}
        <Tabs page={page} current={current} />
      </header>
      {children}
    </div>
  )
}

function Tabs({ page: { handle, versions }, current }: { page: PackagePage; current: PackageTab }) {
  const href = packageHref(handle)
  const tabs = [
    { tab: 'overview', href, label: 'Overview', count: null },
    { tab: 'versions', href: `${href}/versions`, label: 'Versions', count: versions.length },
  ] as const
  return (
    <nav aria-label="Package" className="mt-6 border-b border-line">
      <ul className="flex gap-1">
        {tabs.map(({ tab, href: target, label, count }) => (
          <li key={tab}>
            <Link
              href={target}
              prefetch={false}
              aria-current={tab === current ? 'page' : undefined}
              className={cx(
                '-mb-px inline-flex h-10 items-center gap-2 border-b-2 px-3 text-sm font-medium focus-visible:-outline-offset-2',
                tab === current
                  ? 'border-brand text-ink'
                  : 'border-transparent text-muted hover:border-control hover:text-ink',
              )}
            >
              {label}
              {count === null ? null : <span className="text-xs text-faint tabular">{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
