/** A package's status: one word in a list, with its meaning on the package's own page. */
import { Badge } from '#components/ui/badge'
import { type PackageStanding, packageState } from './package-state.ts'

export interface PackageStatusProps {
  item: PackageStanding
  withMeaning?: boolean
}

export function PackageStatus({ item, withMeaning = false }: PackageStatusProps) {
  const { label, tone, meaning } = packageState(item)
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
