/** The status of a store or a package in one word. */
import { Badge } from '#components/ui/badge'
import { type CaseStatus, STATUS_WORDS } from './case-words.ts'

export function StatusBadge({ status }: { status: CaseStatus }) {
  const { label, tone } = STATUS_WORDS[status]
  return <Badge tone={tone}>{label}</Badge>
}
