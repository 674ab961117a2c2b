/** What was decided so far and why, newest first. */
import { DateTime } from '#components/ui/date-time'
import type { Decision } from '#lib/moderation/schemas'
import { DONE_WORDS } from './case-words.ts'

export function DecisionHistory({ decisions }: { decisions: Decision[] }) {
  if (decisions.length === 0) return <p className="text-sm text-muted">Nothing was decided yet.</p>
  return (
    <ol className="grid gap-4 border-l-2 border-line pl-4">
      {decisions.map(({ action, reason, version, decidedAt, decidedBy }) => (
        <li key={`${decidedAt} ${action}`} className="text-sm">
          <p>
            <span className="font-semibold">{DONE_WORDS[action]}</span>
            {decidedBy ? <span className="text-muted"> by {decidedBy}</span> : null}
            {version ? <span className="ml-2 font-mono text-xs text-muted">{version}</span> : null}
          </p>
          {reason ? <p className="mt-0.5 break-words whitespace-pre-line">{reason}</p> : null}
          <DateTime iso={decidedAt} className="text-xs text-muted" />
        </li>
      ))}
    </ol>
  )
}
