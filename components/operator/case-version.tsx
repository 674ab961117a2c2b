/** One version as operators judge it: its manifest, the files beside it, and the ways to what changed. */
import { FileList } from '#components/catalog/file-list'
import { ButtonLink, buttonClass } from '#components/ui/button'
import { CodeBlock } from '#components/ui/code-block'
import { DateTime } from '#components/ui/date-time'
import type { PackageCase } from '#lib/moderation/schemas'
import { formatSize } from '../ui/file-size.ts'
import { CaseVersionBadges } from './case-versions.tsx'
import { DeleteVersion, type DeleteVersionProps } from './delete-version.tsx'

export interface CaseVersionProps {
  found: PackageCase
  entry: PackageCase['versions'][number]
  manifest: string
  deleteAction: DeleteVersionProps['action']
}

export function CaseVersion({ found, entry, manifest, deleteAction }: CaseVersionProps) {
  const { handle, latestVersion, versions } = found
  const { version, createdAt, sizeBytes, sha256, files, yankReason, deprecation } = entry
  const before = versions[versions.indexOf(entry) + 1]?.version
  return (
    <section aria-labelledby="version-title" className="grid min-w-0 gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id="version-title" className="flex flex-wrap items-center gap-2 text-lg font-semibold">
            <span className="font-mono break-all">{version}</span>
            <CaseVersionBadges entry={entry} isLatest={version === latestVersion} />
          </h2>
          <p className="text-sm text-muted">
            <DateTime iso={createdAt} /> · {formatSize(sizeBytes)} ·{' '}
            <span title={sha256} className="font-mono text-xs">
              {sha256.slice(0, 12)}…
            </span>
          </p>
          {yankReason ? <p className="text-sm text-muted">Yanked: {yankReason}</p> : null}
          {deprecation ? <p className="text-sm text-muted">Deprecated: {deprecation.message}</p> : null}
        </div>
        <div className="flex flex-wrap gap-2">
          {before === undefined ? null : (
            <ButtonLink
              href={`/packages/${handle}/diff?${new URLSearchParams({ from: before, to: version }).toString()}`}
              prefetch={false}
              variant="secondary"
              size="sm"
            >
              Changes since {before}
            </ButtonLink>
          )}
          <a
            href={`/api/v1/packages/${handle}/${encodeURIComponent(version)}/download`}
            download
            className={buttonClass({ variant: 'secondary', size: 'sm' })}
          >
            Download
          </a>
          <DeleteVersion key={version} handle={handle} version={version} action={deleteAction} />
        </div>
      </div>
      <CodeBlock code={manifest} label="manifest" title={`${handle} ${version}`} />
      {files.length > 0 ? (
        <FileList handle={handle} version={version} files={files} canDownload />
      ) : (
        <p className="text-sm text-muted">It has no files beside its manifest.</p>
      )}
    </section>
  )
}
