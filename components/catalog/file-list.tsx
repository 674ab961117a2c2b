/** The files of one version: what each is called, how large it is, how to check it, where to get it. */
import { buttonClass } from '#components/ui/button'
import { CopyButton } from '#components/ui/copy-button'
import { DownloadIcon } from '#components/ui/frame-icons'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { VersionFile } from '#lib/catalog/schemas'
import { formatSize } from '../ui/file-size.ts'

export interface FileListProps {
  handle: string
  version: string
  files: VersionFile[]
  /** Whether the reader may download: free, or theirs. */
  canDownload: boolean
}

export function FileList({ handle, version, files, canDownload }: FileListProps) {
  return (
    <Table label={`Files of ${version}`}>
      <TableHead>
        <tr>
          <TableHeader>File</TableHeader>
          <TableHeader numeric>Size</TableHeader>
          <TableHeader>SHA-256</TableHeader>
          <TableHeader>
            <span className="sr-only">Download</span>
          </TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {files.map((file) => (
          <TableRow key={file.name}>
            <TableCell className="min-w-40 font-mono text-xs font-medium break-all">{file.name}</TableCell>
            <TableCell numeric className="whitespace-nowrap text-muted">
              {formatSize(file.sizeBytes)}
            </TableCell>
            <TableCell>
              <span className="flex items-center gap-1 font-mono text-xs text-muted">
                <span title={file.sha256}>{file.sha256.slice(0, 10)}…</span>
                <CopyButton text={file.sha256} label={`Copy SHA-256 of ${file.name}`} />
              </span>
            </TableCell>
            <TableCell className="text-right">
              {canDownload ? (
                <a
                  href={`/api/v1/packages/${handle}/${encodeURIComponent(version)}/files/${encodeURIComponent(file.name)}`}
                  download
                  aria-label={`Download ${file.name}`}
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
