/**
 * Every version of a package, newest first as given: when, how large, which bytes, and whether it still resolves. On a phone
 * size and hash make room for what changed and the download.
 */
import { Badge } from '#components/ui/badge'
import { buttonClass } from '#components/ui/button'
import { CopyButton } from '#components/ui/copy-button'
import { Day } from '#components/ui/date-time'
import { DownloadIcon } from '#components/ui/frame-icons'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { VersionSummary } from '#lib/catalog/schemas'
import Link from 'next/link'
import { formatSize } from '../ui/file-size.ts'
import { packageHref } from './search-href.ts'

export interface VersionListProps {
  handle: string
  versions: VersionSummary[]
  latestVersion: string | null
  /** Whether the reader may download: free, or theirs. */
  canDownload: boolean
}

export function VersionList({ handle, versions, latestVersion, canDownload }: VersionListProps) {
  return (
    <Table label="Versions">
      <TableHead>
        <tr>
          <TableHeader>Version</TableHeader>
          <TableHeader>Published</TableHeader>
          <TableHeader numeric className="max-sm:hidden">
            Size
          </TableHeader>
          <TableHeader className="max-sm:hidden">SHA-256</TableHeader>
          <TableHeader>
            <span className="sr-only">Download</span>
          </TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {versions.map((entry) => (
          <TableRow key={entry.version}>
            <TableCell className="font-medium whitespace-nowrap">
              <Link
                href={`${packageHref(handle)}?version=${encodeURIComponent(entry.version)}`}
                prefetch={false}
                className="mr-2 inline-flex min-h-6 items-center tabular hover:text-brand-ink hover:underline"
              >
                {entry.version}
              </Link>
              <VersionBadges entry={entry} isLatest={entry.version === latestVersion} />
              <Remark entry={entry} />
            </TableCell>
            <TableCell className="whitespace-nowrap text-muted">
              <Day iso={entry.createdAt} />
            </TableCell>
            <TableCell numeric className="whitespace-nowrap text-muted max-sm:hidden">
              {formatSize(entry.sizeBytes)}
            </TableCell>
            <TableCell className="max-sm:hidden">
              <span className="flex items-center gap-1 font-mono text-xs text-muted">
                <span title={entry.sha256}>{entry.sha256.slice(0, 10)}…</span>
                <CopyButton text={entry.sha256} label={`Copy SHA-256 of ${entry.version}`} />
              </span>
            </TableCell>
            <TableCell className="text-right whitespace-nowrap">
              {canDownload && previous(versions, entry) ? (
                <Link
                  href={diffHref(handle, previous(versions, entry) ?? '', entry.version)}
                  prefetch={false}
                  aria-label={`Changes in ${entry.version}`}
                  className={buttonClass({ variant: 'quiet', size: 'sm' })}
                >
                  Changes
                </Link>
              ) : null}
              {canDownload ? (
                <a
                  href={`/api/v1/packages/${handle}/${encodeURIComponent(entry.version)}/download`}
                  download
                  aria-label={`Download ${entry.version}`}
                  className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}
                >
                  <DownloadIcon />
                </a>
              ) : null}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** The version below, newest first as given. */
function previous(versions: VersionSummary[], { version }: VersionSummary): string | undefined {
  return versions[versions.findIndex((entry) => entry.version === version) + 1]?.version
}

function diffHref(handle: string, from: string, to: string): string {
  return `${packageHref(handle)}/diff?${new URLSearchParams({ from, to }).toString()}`
}

function Remark({ entry: { yanked, yankReason, deprecation } }: { entry: VersionSummary }) {
  const remark = yanked ? yankReason : deprecation?.message
  if (!remark) return null
  return <p className="max-w-64 text-xs font-normal whitespace-normal text-muted">{remark}</p>
}

function VersionBadges({ entry, isLatest }: { entry: VersionSummary; isLatest: boolean }) {
  return (
    <span className="inline-flex gap-1">
      {isLatest ? <Badge tone="success">latest</Badge> : null}
      {entry.isPrerelease ? <Badge>prerelease</Badge> : null}
      {entry.yanked ? (
        <Badge tone="warning" title={entry.yankReason ?? undefined}>
          yanked
        </Badge>
      ) : null}
      {entry.deprecation ? <Badge tone="warning">deprecated</Badge> : null}
    </span>
  )
}
