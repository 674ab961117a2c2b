/** The frame of a seller's pages: navigation beside the content, or above it where there is no room. */
import { DashboardNav } from '#components/shell/dashboard-nav'
import { PageHeader, type PageHeaderProps } from '#components/shell/page-header'
import type { Store } from '#lib/publishing/schemas'
import {
  CoinsIcon,
  GaugeIcon,
  LayoutDashboardIcon,
  LockIcon,
  PackageOpenIcon,
  ReceiptIcon,
  ScaleIcon,
  StoreIcon,
  UserIcon,
} from '#components/ui/icons'

export interface SellerFrameProps extends PageHeaderProps {
  currentHref:
    | '/dashboard'
    | '/dashboard/publish'
    | '/dashboard/namespaces'
    | '/dashboard/money'
    | '/dashboard/orders'
    | '/dashboard/usage'
    | '/dashboard/disputes'
  /** Its public page is there once it is approved. */
  store: Pick<Store, 'slug' | 'status'> | null
  children: React.ReactNode
}

export function SellerFrame({ currentHref, store, children, ...header }: SellerFrameProps) {
  const entries = [
    { href: '/dashboard', label: 'Overview', Icon: LayoutDashboardIcon },
    { href: '/dashboard/publish', label: 'Publish', Icon: PackageOpenIcon },
    { href: '/dashboard/money', label: 'Money', Icon: CoinsIcon },
    { href: '/dashboard/orders', label: 'Orders', Icon: ReceiptIcon },
    { href: '/dashboard/usage', label: 'Usage', Icon: GaugeIcon },
    { href: '/dashboard/disputes', label: 'Disputes', Icon: ScaleIcon },
    { href: '/dashboard/namespaces', label: 'Namespaces', Icon: UserIcon },
    ...(store?.status === 'approved'
      ? [{ href: `/stores/${store.slug}`, label: 'Public store', Icon: StoreIcon }]
      : []),
    { href: '/settings/tokens', label: 'API tokens', Icon: LockIcon },
  ]
  return (
    <div className="page-width grid gap-x-8 pt-4 md:grid-cols-[11rem_minmax(0,1fr)] md:pt-6">
      <DashboardNav
        label="Selling"
        entries={entries}
        currentHref={currentHref}
        className="min-w-0 md:sticky md:top-20 md:self-start"
      />
      <div className="min-w-0 pb-12">
        <PageHeader {...header} className="pt-4 md:pt-0" />
        {children}
      </div>
    </div>
  )
}
