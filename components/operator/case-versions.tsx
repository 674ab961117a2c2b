/** All versions of a case, newest first, each a way to its manifest, and what was deleted. */
import { Badge } from '#components/ui/badge'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { ScrollRegion } from '#components/ui/scroll-region'
import type { PackageCase } from '#lib/moderation/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'

export interface CaseVersionsProps extends Pick<
  PackageCase,
  'handle' | 'latestVersion' | 'versions' | 'deletedVersions'
> {
  /** The one whose manifest is on the page. */
  shown: string | null
}

export function CaseVersions({ handle, latestVersion, versions, deletedVersions, shown }: CaseVersionsProps) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Versions</CardTitle>
        <span className="text-sm text-muted tabular">{versions.length}</span>
      </CardHeader>
      <CardBody>
        <ScrollRegion label="Versions" className="max-h-96">
          <ul className="grid gap-0.5 text-sm">
            {versions.map((entry) => (
              <li key={entry.version}>
                <Link
                  href={caseVersionHref(handle, entry.version)}
                  prefetch={false}
                  scroll={false}
                  aria-current={entry.version === shown ? 'true' : undefined}
                  className={cx(
                    'flex min-h-8 flex-wrap items-center justify-between gap-x-3 rounded-sm px-2 focus-visible:-outline-offset-2',
                    entry.version === shown ? 'bg-brand-soft text-brand-ink' : 'hover:bg-hover',
                  )}
                >
                  <span className="flex flex-wrap items-center gap-1.5">
                    <span className="font-mono text-xs break-all">{entry.version}</span>
                    <CaseVersionBadges entry={entry} isLatest={entry.version === latestVersion} />
                  </span>
                  <span className="text-xs text-muted tabular">{entry.createdAt.slice(0, 10)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </ScrollRegion>
        {deletedVersions.length > 0 ? (
          <ul aria-label="Deleted versions" className="mt-3 grid gap-1.5 border-t border-line pt-3 text-sm">
            {deletedVersions.map(({ version, reason, deletedAt }) => (
              <li key={version} className="px-2">
                <span className="flex flex-wrap justify-between gap-x-3">
                  <span className="flex items-center gap-1.5">
                    <s className="font-mono text-xs break-all">{version}</s>{' '}
                    <Badge tone="danger">deleted</Badge>
                  </span>
                  <span className="text-xs text-muted tabular">{deletedAt.slice(0, 10)}</span>
                </span>
                <span className="block break-words text-muted">{reason}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </CardBody>
    </Card>
  )
}

export function CaseVersionBadges({
  entry,
  isLatest,
}: {
  entry: PackageCase['versions'][number]
  isLatest: boolean
}) {
  const { files, isPrerelease, yanked, deprecation } = entry
  return (
    <>
      {isLatest ? <Badge tone="success">latest</Badge> : null}
      {isPrerelease ? <Badge>prerelease</Badge> : null}
      {yanked ? <Badge tone="warning">yanked</Badge> : null}
      {deprecation ? <Badge tone="warning">deprecated</Badge> : null}
      {files.length > 0 ? <Badge>{files.length === 1 ? '1 file' : `${files.length} files`}</Badge> : null}
    </>
  )
}

function caseVersionHref(handle: string, version: string): string {
  return `/operator/packages/${handle}?${new URLSearchParams({ version }).toString()}`
}
