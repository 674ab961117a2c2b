/** The kind of a package, by icon, word and hue. */
import { Badge } from '#components/ui/badge'
import type { Kind } from '#lib/kernel/kind'
import { KINDS } from './kind.ts'

export function KindBadge({ kind, className }: { kind: Kind; className?: string }) {
  const { one, hue, Icon } = KINDS[kind]
  return (
    <Badge data-slot="kind-badge" data-hue={hue} tone="hue" className={className}>
      <Icon />
      {one}
    </Badge>
  )
}
