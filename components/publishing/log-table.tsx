/** Entries of the publish log, newest first. On a phone who and when stand under what, so that nothing scrolls sideways. */
import { Badge, type BadgeTone } from '#components/ui/badge'
import { CopyButton } from '#components/ui/copy-button'
import { DateTime } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { PublishLogEntry } from '#lib/kernel/publish-log'
import Link from 'next/link'

const WORDS: Record<PublishLogEntry['action'], { label: string; tone: BadgeTone }> = {
  publish: { label: 'published', tone: 'success' },
  yank: { label: 'yanked', tone: 'warning' },
  unyank: { label: 'put back', tone: 'neutral' },
  delete: { label: 'deleted', tone: 'danger' },
}

const LINK = 'hover:text-brand-ink hover:underline'

export function LogTable({ entries }: { entries: PublishLogEntry[] }) {
  return (
    <Table label="Publish log">
      <TableHead>
        <TableRow>
          <TableHeader numeric>No.</TableHeader>
          <TableHeader>What</TableHeader>
          <TableHeader className="max-md:hidden">By</TableHeader>
          <TableHeader className="max-md:hidden">When</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {entries.map((entry) => (
          <Entry key={entry.position} entry={entry} />
        ))}
      </TableBody>
    </Table>
  )
}

function Entry({ entry }: { entry: PublishLogEntry }) {
  const { position, action, handle, version, sha256, createdAt } = entry
  const { label, tone } = WORDS[action]
  return (
    <TableRow id={`entry-${position}`} className="align-top">
      <TableCell numeric className="w-px text-muted">
        {position}
      </TableCell>
      <TableCell>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={tone}>{label}</Badge>
          <Link href={`/packages/${handle}`} prefetch={false} className={`font-medium break-all ${LINK}`}>
            {handle}
            <span className="font-normal text-muted">@</span>
            {version}
          </Link>
        </span>
        <span className="flex items-center gap-1 font-mono text-xs text-muted">
          <span className="sr-only">SHA-256 of the manifest:</span>
          <abbr title={sha256} className="no-underline lg:hidden">
            {sha256.slice(0, 16)}…
          </abbr>
          <span className="max-lg:hidden">{sha256}</span>
          <CopyButton text={sha256} label={`Copy SHA-256 of entry ${position}`} />
        </span>
        <span className="block text-xs text-muted md:hidden">
          <Who entry={entry} />, <DateTime iso={createdAt} />
        </span>
      </TableCell>
      <TableCell className="max-md:hidden">
        <Who entry={entry} />
      </TableCell>
      <TableCell className="text-xs whitespace-nowrap text-muted max-md:hidden">
        <DateTime iso={createdAt} />
      </TableCell>
    </TableRow>
  )
}

const KINDS = { user: '', operator: ' by an operator', token: ' with an API token', system: ' by the system' }

/** The store and the way; never the person. */
function Who({ entry: { actor } }: { entry: PublishLogEntry }) {
  return (
    <>
      <Link href={`/stores/${actor.store}`} prefetch={false} className={LINK}>
        {actor.store}
      </Link>
      <span className="text-xs text-muted">{KINDS[actor.kind]}</span>
    </>
  )
}
