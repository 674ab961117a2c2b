/** The kind of a package, by icon, word and hue: as a badge, or as plain text in dense places. */
import { Badge } from '#components/ui/badge'
import type { Kind } from '#lib/kernel/kind'
import { cx } from '../ui/cx.ts'
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

export function KindLabel({ kind, className }: { kind: Kind; className?: string }) {
  const { one, hue, Icon } = KINDS[kind]
  return (
    <span
      data-slot="kind-label"
      data-hue={hue}
      className={cx('inline-flex items-center gap-1 font-medium whitespace-nowrap text-hue', className)}
    >
      <Icon />
      {one}
    </span>
  )
}
