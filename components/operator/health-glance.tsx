/** How the service does, at a glance: what it leans on, what waits and what is hidden. */
import { Badge, type BadgeTone } from '#components/ui/badge'
import { DateTime } from '#components/ui/date-time'
import type { ModerationCounts } from '#lib/moderation/schemas'
import type { Readiness } from '#lib/operations/schemas'
import Link from 'next/link'

const OVERALL: Record<Readiness['status'], { label: string; tone: BadgeTone }> = {
  ready: { label: 'Ready', tone: 'success' },
  degraded: { label: 'Degraded', tone: 'warning' },
  draining: { label: 'Stopping', tone: 'warning' },
  unavailable: { label: 'Unavailable', tone: 'danger' },
}

export function HealthGlance({ readiness }: { readiness: Readiness }) {
  const { database, auth, views } = readiness.dependencies
  const { label, tone } = OVERALL[readiness.status]
  return (
    <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm sm:grid-cols-2 xl:grid-cols-4">
      <Part name="Service" state={<Badge tone={tone}>{label}</Badge>}>
        up {duration(readiness.uptimeSeconds)}, version {readiness.version}
      </Part>
      <Part name="Database" state={<UpOrDown state={database.state} />}>
        {database.latencyMs === null ? 'no answer' : `${database.latencyMs} ms`}
      </Part>
      <Part name="Sign-in" state={<UpOrDown state={auth.state} />}>
        {auth.latencyMs === null ? 'no answer; open sessions go on' : `${auth.latencyMs} ms`}
      </Part>
      <Part
        name="Home shelves"
        state={
          <Badge tone={views.state === 'fresh' ? 'success' : 'warning'}>
            {views.state === 'fresh' ? 'Fresh' : views.state === 'stale' ? 'Stale' : 'Not built yet'}
          </Badge>
        }
      >
        {views.refreshedAt ? <DateTime iso={views.refreshedAt} /> : 'never refreshed'}
      </Part>
    </dl>
  )
}

export function CaseCounts({ counts }: { counts: ModerationCounts }) {
  const figures = [
    { label: 'Packages waiting', count: counts.pendingPackages, href: '/operator/approvals?type=package' },
    { label: 'Stores waiting', count: counts.pendingStores, href: '/operator/approvals?type=store' },
    {
      label: 'Packages in quarantine',
      count: counts.quarantinedPackages,
      href: '/operator/packages?status=quarantined',
    },
    {
      label: 'Stores in quarantine',
      count: counts.suspendedStores,
      href: '/operator/stores?status=suspended',
    },
  ]
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm xl:grid-cols-4">
      {figures.map(({ label, count, href }) => (
        <li key={label} className="relative bg-surface px-4 py-3 hover:bg-hover/50">
          <Link
            href={href}
            prefetch={false}
            className="text-xs text-muted outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {label}
          </Link>
          <p className="font-display text-2xl font-semibold tabular">{count}</p>
        </li>
      ))}
    </ul>
  )
}

function Part({
  name,
  state,
  children,
}: {
  name: string
  state: React.ReactNode
  children: React.ReactNode
}) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="my-1">{state}</dd>
      <dd className="text-xs text-muted tabular">{children}</dd>
    </div>
  )
}

function UpOrDown({ state }: { state: 'up' | 'down' }) {
  return <Badge tone={state === 'up' ? 'success' : 'danger'}>{state === 'up' ? 'Up' : 'Down'}</Badge>
}

function duration(seconds: number): string {
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
