'use client'
/** Faults or advice by line. Each is a button that takes the caret to its place. */
import { CircleAlertIcon, TriangleAlertIcon } from '#components/ui/icons'
import type { Issue } from '#lib/kernel/problem'
import { cx } from '../ui/cx.ts'

const TONES = {
  danger: { Icon: CircleAlertIcon, ink: 'text-danger', ground: 'bg-danger-soft/60 hover:bg-danger-soft' },
  warning: {
    Icon: TriangleAlertIcon,
    ink: 'text-warning',
    ground: 'bg-warning-soft/60 hover:bg-warning-soft',
  },
} as const

export interface IssueListProps {
  tone: keyof typeof TONES
  title: string
  issues: readonly Issue[]
  onOpen: (issue: Issue) => void
}

export function IssueList({ tone, title, issues, onOpen }: IssueListProps) {
  if (issues.length === 0) return null
  const { Icon, ink, ground } = TONES[tone]
  return (
    <section data-slot="issue-list" data-tone={tone} aria-label={title} className="mt-4">
      <h3 className={cx('mb-1.5 flex items-center gap-1.5 text-sm font-semibold', ink)}>
        <Icon /> {title}
      </h3>
      <ol className="overflow-hidden rounded-md border border-line">
        {issues.map((issue, index) => (
          <li key={`${index} ${issue.path}`} className="border-b border-line last:border-0">
            <button
              type="button"
              onClick={() => onOpen(issue)}
              className={cx(
                'grid w-full grid-cols-[3rem_minmax(0,1fr)] items-baseline gap-x-3 px-3 py-2 text-left text-sm -outline-offset-2',
                ground,
              )}
            >
              <span className="font-mono text-xs text-muted tabular">
                <span className="sr-only">Line </span>
                {issue.line ?? 1}
                <span aria-hidden="true">:</span>
                <span className="sr-only">, column </span>
                {issue.column ?? 1}
              </span>
              <span className="min-w-0">
                {issue.message}
                {issue.path ? (
                  <code className="block font-mono text-xs break-words text-muted">{issue.path}</code>
                ) : null}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
