/** Every version of a package, newest first, for its seller. */
import { Badge } from '#components/ui/badge'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { DownloadIcon } from '#components/ui/frame-icons'
import { buttonClass } from '#components/ui/button'
import type { VersionSummary } from '#lib/catalog/schemas'
import { type VersionAction, VersionActions } from './version-actions.tsx'

export interface PackageVersionsProps {
  handle: string
  latest: string | null
  versions: VersionSummary[]
  action: VersionAction
}

export function PackageVersions({ handle, latest, versions, action }: PackageVersionsProps) {
  return (
    <Table label="Versions">
      <TableHead>
        <TableRow>
          <TableHeader>Version</TableHeader>
          <TableHeader>Published</TableHeader>
          <TableHeader numeric className="max-sm:hidden">
            Size
          </TableHeader>
          <TableHeader className="max-xl:hidden">SHA-256</TableHeader>
          <TableHeader>
            <span className="sr-only">Change</span>
          </TableHeader>
          <TableHeader>
            <span className="sr-only">Download</span>
          </TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {versions.map((entry) => (
          <VersionRow key={entry.version} {...{ handle, latest, entry, action }} />
        ))}
      </TableBody>
    </Table>
  )
}

interface VersionRowProps extends Omit<PackageVersionsProps, 'versions'> {
  entry: VersionSummary
}

function VersionRow({ handle, latest, entry, action }: VersionRowProps) {
  const { version, createdAt, sizeBytes, sha256, isPrerelease, yanked, yankReason, deprecation } = entry
  return (
    <TableRow>
      <TableCell>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-mono text-xs font-semibold">{version}</span>
          {version === latest ? <Badge tone="success">latest</Badge> : null}
          {isPrerelease ? <Badge>prerelease</Badge> : null}
          {yanked ? (
            <Badge tone="warning" title={yankReason ?? undefined}>
              yanked
            </Badge>
          ) : null}
          {deprecation ? (
            <Badge tone="warning" title={deprecation.message}>
              deprecated
            </Badge>
          ) : null}
        </span>
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <time dateTime={createdAt}>{createdAt.slice(0, 10)}</time>
      </TableCell>
      <TableCell numeric className="whitespace-nowrap max-sm:hidden">
        {sizeBytes < 1024 ? `${sizeBytes} B` : `${(sizeBytes / 1024).toFixed(1)} KiB`}
      </TableCell>
      <TableCell className="font-mono text-xs text-muted max-xl:hidden">
        <abbr title={sha256} className="no-underline">
          {sha256.slice(0, 12)}
        </abbr>
      </TableCell>
      <TableCell className="w-px">
        <VersionActions handle={handle} version={entry} action={action} />
      </TableCell>
      <TableCell className="w-px">
        <a
          href={`/api/v1/packages/${handle}/${version}/download`}
          download
          aria-label={`Download ${version}`}
          title="Download the manifest"
          className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}
        >
          <DownloadIcon />
        </a>
      </TableCell>
    </TableRow>
  )
}
