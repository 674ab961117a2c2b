/** Stores and packages in one list, as operators go through them: what it is, whose, since when, and the way to its case. */
import { KindBadge } from '#components/catalog/kind-badge'
import { Badge } from '#components/ui/badge'
import { Day } from '#components/ui/date-time'
import { StoreIcon } from '#components/ui/icons'
import { PackageTile } from '#components/ui/tile'
import type { Approval, PackageDossier, StoreDossier } from '#lib/moderation/schemas'
import Link from 'next/link'
import { countOf } from '../catalog/compact-count.ts'
import { DONE_WORDS } from './case-words.ts'
import { StatusBadge } from './status-badge.tsx'

export function DossierList({ items, label }: { items: Approval[]; label: string }) {
  return (
    <ul
      aria-label={label}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-sm"
    >
      {items.map((item) => (
        <li
          key={item.type === 'store' ? `store ${item.slug}` : item.handle}
          className="relative hover:bg-hover/50"
        >
          {item.type === 'store' ? <StoreLine store={item} /> : <PackageLine item={item} />}
        </li>
      ))}
    </ul>
  )
}

interface LineProps {
  href: string
  picture: React.ReactNode
  name: string
  id: string
  badges: React.ReactNode
  text: string
  facts: React.ReactNode
}

function Line({ href, picture, name, id, badges, text, facts }: LineProps) {
  return (
    <div className="flex items-start gap-3 px-4 py-3">
      {picture}
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            href={href}
            prefetch={false}
            className="min-w-0 truncate font-semibold outline-none after:absolute after:inset-0 hover:text-brand-ink focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {name}
          </Link>
          <span className="min-w-0 truncate font-mono text-xs text-muted">{id}</span>
          {badges}
        </div>
        {text ? <p className="mt-0.5 line-clamp-2 text-sm break-words">{text}</p> : null}
        <p className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">{facts}</p>
      </div>
    </div>
  )
}

function PackageLine({ item }: { item: PackageDossier }) {
  const { handle, name, kind, iconUrl, summary, status, store, latestVersion, submittedAt } = item
  return (
    <Line
      href={`/operator/packages/${handle}`}
      picture={<PackageTile handle={handle} iconUrl={iconUrl} />}
      name={name || handle}
      id={handle}
      badges={
        <>
          <StatusBadge status={status} />
          <KindBadge kind={kind} className="max-sm:hidden" />
        </>
      }
      text={summary}
      facts={
        <>
          <span>{store.name}</span>
          {latestVersion ? <span className="font-mono">{latestVersion}</span> : <span>no version</span>}
          {status === 'pending' ? <Waiting since={submittedAt} /> : null}
          <LastDecision item={item} />
        </>
      }
    />
  )
}

function StoreLine({ store }: { store: StoreDossier }) {
  const { slug, name, owner, description, status, packageCount, submittedAt, namespaces } = store
  return (
    <Line
      href={`/operator/stores/${slug}`}
      picture={
        <span className="grid size-10 shrink-0 place-items-center rounded-md bg-sunken text-lg text-muted">
          <StoreIcon />
        </span>
      }
      name={name}
      id={slug}
      badges={
        <>
          <StatusBadge status={status} />
          <Badge className="max-sm:hidden">Store</Badge>
        </>
      }
      text={description}
      facts={
        <>
          <span>{owner ?? 'kept by the operators'}</span>
          <span>{countOf(packageCount, 'package')}</span>
          {namespaces.length > 0 ? <span className="font-mono">{namespaces.join(', ')}</span> : null}
          {status === 'pending' ? <Waiting since={submittedAt} /> : null}
          <LastDecision item={store} />
        </>
      }
    />
  )
}

function Waiting({ since }: { since: string }) {
  return (
    <span>
      waits since <Day iso={since} />
    </span>
  )
}

function LastDecision({ item }: { item: Approval }) {
  if (!item.lastDecision) return null
  const { action, reason } = item.lastDecision
  return (
    <span className="min-w-0 truncate">
      {DONE_WORDS[action].toLowerCase()}
      {reason ? `: ${reason}` : ''}
    </span>
  )
}
