/** The frame of the operators' pages: navigation with what waits, beside the content. */
import { BookOpenIcon, ListChecksIcon, PackageIcon, ShieldCheckIcon } from '#components/catalog/icons'
import { DashboardNav } from '#components/shell/dashboard-nav'
import { PageHeader, type PageHeaderProps } from '#components/shell/page-header'
import { CoinsIcon, ScaleIcon, StoreIcon } from '#components/ui/icons'
import type { ModerationCounts } from '#lib/moderation/schemas'

export type OperatorHref =
  | '/operator'
  | '/operator/approvals'
  | '/operator/packages'
  | '/operator/stores'
  | '/operator/disputes'
  | '/operator/money'
  | '/operator/audit'

export interface OperatorFrameProps extends PageHeaderProps {
  currentHref: OperatorHref
  counts: ModerationCounts
  children: React.ReactNode
}

export function OperatorFrame({ currentHref, counts, children, ...header }: OperatorFrameProps) {
  const waiting = counts.pendingPackages + counts.pendingStores
  const entries: { href: OperatorHref; label: string; Icon: typeof StoreIcon; count?: number }[] = [
    { href: '/operator', label: 'Health', Icon: ShieldCheckIcon },
    { href: '/operator/approvals', label: 'Approvals', Icon: ListChecksIcon, count: waiting },
    { href: '/operator/packages', label: 'Packages', Icon: PackageIcon },
    { href: '/operator/stores', label: 'Stores', Icon: StoreIcon },
    { href: '/operator/disputes', label: 'Disputes', Icon: ScaleIcon, count: counts.waitingDisputes },
    { href: '/operator/money', label: 'Money', Icon: CoinsIcon },
    { href: '/operator/audit', label: 'Audit log', Icon: BookOpenIcon },
  ]
  return (
    <div className="page-width grid gap-x-8 pt-4 md:grid-cols-[11rem_minmax(0,1fr)] md:pt-6">
      <DashboardNav
        label="Operator"
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
