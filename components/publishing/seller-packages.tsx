/** A seller's packages in one table; on a phone the figures move under the name, so that nothing scrolls sideways. */
import { KindBadge } from '#components/catalog/kind-badge'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { PackageTile } from '#components/ui/tile'
import { formatPrice } from '#lib/kernel/money-text'
import type { Store } from '#lib/publishing/schemas'
import Link from 'next/link'
import { compactCount, countOf } from '../catalog/compact-count.ts'
import type { SellerPackage } from './package-state.ts'
import { PackageStatus } from './package-status.tsx'

export interface SellerPackagesProps {
  packages: SellerPackage[]
  storeStatus: Store['status']
}

export function SellerPackages({ packages, storeStatus }: SellerPackagesProps) {
  return (
    <Table label="Your packages">
      <TableHead>
        <TableRow>
          <TableHeader>Package</TableHeader>
          <TableHeader className="max-sm:text-right">Status</TableHeader>
          <TableHeader className="max-lg:hidden">Latest</TableHeader>
          <TableHeader numeric className="max-md:hidden">
            Price
          </TableHeader>
          <TableHeader numeric className="max-md:hidden">
            Views
          </TableHeader>
          <TableHeader numeric className="max-md:hidden">
            Downloads
          </TableHeader>
          <TableHeader numeric className="max-md:hidden">
            Sales
          </TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {packages.map((item) => (
          <PackageLine key={item.handle} item={item} storeStatus={storeStatus} />
        ))}
      </TableBody>
    </Table>
  )
}

function PackageLine({ item, storeStatus }: { item: SellerPackage; storeStatus: Store['status'] }) {
  const { handle, name, kind, iconUrl, latestVersion, price, viewCount, downloadCount, soldCount } = item
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
              {latestVersion} · {formatPrice(price)} · {countOf(downloadCount, 'download')}
            </p>
          </div>
        </div>
      </TableCell>
      <TableCell className="max-sm:text-right">
        <PackageStatus item={item} storeStatus={storeStatus} />
      </TableCell>
      <TableCell className="font-mono text-xs whitespace-nowrap max-lg:hidden">{latestVersion}</TableCell>
      <TableCell numeric className="whitespace-nowrap max-md:hidden">
        {formatPrice(price)}
      </TableCell>
      <Figure count={viewCount} />
      <Figure count={downloadCount} />
      <Figure count={soldCount} />
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
