/** A package's status: one word in a list, with its meaning on the package's own page. */
import { Badge } from '#components/ui/badge'
import type { Store } from '#lib/publishing/schemas'
import { packageState, type SellerPackage } from './package-state.ts'

export interface PackageStatusProps {
  item: Pick<SellerPackage, 'status' | 'isAvailable'>
  storeStatus: Store['status']
  withMeaning?: boolean
}

export function PackageStatus({ item, storeStatus, withMeaning = false }: PackageStatusProps) {
  const { label, tone, meaning } = packageState(item, storeStatus)
  if (!withMeaning) {
    return (
      <Badge tone={tone} title={meaning}>
        {label}
      </Badge>
    )
  }
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
      <Badge tone={tone}>{label}</Badge>
      {meaning}
    </p>
  )
}
