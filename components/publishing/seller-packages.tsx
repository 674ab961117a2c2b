/**
 * A seller's packages in one table; on a phone the figures move under the name, so that nothing scrolls sideways. Those of
 * other stores come without what concerns the store alone: price and sales.
 */
import { KindBadge } from '#components/catalog/kind-badge'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { PackageTile } from '#components/ui/tile'
import { formatPrice } from '#lib/kernel/money-text'
import Link from 'next/link'
import { compactCount, countOf } from '../catalog/compact-count.ts'
import type { SellerPackage } from './package-state.ts'
import { PackageStatus } from './package-status.tsx'

export interface SellerPackagesProps {
  label: string
  packages: SellerPackage[]
}

export function SellerPackages({ label, packages }: SellerPackagesProps) {
  const isOwn = packages.every((item) => item.isOwn)
  return (
    <Table label={label}>
      <TableHead>
        <TableRow>
          <TableHeader>Package</TableHeader>
          <TableHeader className="max-sm:text-right">Status</TableHeader>
          <TableHeader className="max-lg:hidden">Latest</TableHeader>
          {isOwn ? (
            <TableHeader numeric className="max-md:hidden">
              Price
            </TableHeader>
          ) : (
            <TableHeader className="max-md:hidden">Sold by</TableHeader>
          )}
          <TableHeader numeric className="max-md:hidden">
            Views
          </TableHeader>
          <TableHeader numeric className="max-md:hidden">
            Downloads
          </TableHeader>
          {isOwn ? (
            <TableHeader numeric className="max-md:hidden">
              Sales
            </TableHeader>
          ) : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {packages.map((item) => (
          <PackageLine key={item.handle} item={item} withMoney={isOwn} />
        ))}
      </TableBody>
    </Table>
  )
}

function PackageLine({ item, withMoney }: { item: SellerPackage; withMoney: boolean }) {
  const { handle, name, kind, iconUrl, latestVersion, price, store, viewCount, downloadCount, soldCount } =
    item
  return (
    <TableRow className="relative">
      <TableCell className="w-full max-w-0">
        <div className="flex items-center gap-3">
          <PackageTile handle={handle} iconUrl={iconUrl} />
          <div className="min-w-0">
            <Link
              href={`/dashboard/packages/${handle}`}
              prefetch={false}
              className="block truncate font-semibold outline-none after:absolute after:inset-0 hover:text-brand-ink focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {name}
            </Link>
            <p className="flex items-center gap-2 text-xs text-muted">
              <span className="truncate">{handle}</span>
              <KindBadge kind={kind} className="max-xl:hidden" />
            </p>
            <p className="mt-0.5 text-xs text-muted tabular md:hidden">
              {[latestVersion ?? 'all yanked', withMoney ? formatPrice(price) : store?.name].join(' · ')} ·{' '}
              {countOf(downloadCount, 'download')}
            </p>
          </div>
        </div>
      </TableCell>
      <TableCell className="max-sm:text-right">
        <PackageStatus item={item} />
      </TableCell>
      <TableCell className="font-mono text-xs whitespace-nowrap max-lg:hidden">{latestVersion}</TableCell>
      {withMoney ? (
        <TableCell numeric className="whitespace-nowrap max-md:hidden">
          {formatPrice(price)}
        </TableCell>
      ) : (
        <TableCell className="max-w-40 truncate max-md:hidden">{store?.name}</TableCell>
      )}
      <Figure count={viewCount} />
      <Figure count={downloadCount} />
      {withMoney ? <Figure count={soldCount} /> : null}
    </TableRow>
  )
}

function Figure({ count }: { count: number }) {
  return (
    <TableCell numeric title={String(count)} className="max-md:hidden">
      {compactCount(count)}
    </TableCell>
  )
}
