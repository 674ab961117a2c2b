'use client'
/** Where a seller puts the files of a version. It needs to know of which version before it can send them. */
import { Button } from '#components/ui/button'
import { CircleCheckIcon, XIcon } from '#components/ui/icons'
import { ARTEFACT_ENDINGS, ARTEFACT_MAX_MEGABYTES, ARTEFACTS_MAX_PER_VERSION } from '#lib/kernel/artefact'
import { useId, useRef } from 'react'
import { cx } from '../ui/cx.ts'
import { formatSize } from '../ui/file-size.ts'
import { useFileDrop } from './use-file-drop.ts'
import type { UploadItem, Uploads, UploadTarget } from './use-uploads.ts'

export interface ArtefactDropProps {
  uploads: Uploads
  /** Null while the manifest does not say; files wait for it. */
  target: UploadTarget | null
  isReadOnly: boolean
}

export function ArtefactDrop({ uploads, target, isReadOnly }: ArtefactDropProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const isClosed = target === null || isReadOnly
  const take = (files: Iterable<File>) => {
    if (!isClosed) uploads.add(target, files)
  }
  const drop = useFileDrop((_first, files) => take(files))
  return (
    <section aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="font-display text-lg font-semibold">
        Files
      </h2>
      <p className="mt-1 hidden text-sm [@media(scripting:none)]:block">
        This form publishes the manifest alone: adding files here needs JavaScript. Without it, send them
        first with{' '}
        <a href="/docs/api#uploadFile" className="text-brand-ink underline underline-offset-4">
          the API
        </a>
        , then publish there.
      </p>
      <p id={`${id}-hint`} className="mt-1 text-sm text-muted [@media(scripting:none)]:hidden">
        {target === null
          ? 'Archives to go with the manifest. Say in the manifest which package and version this is, then add them.'
          : `Archives to go with the manifest: at most ${ARTEFACTS_MAX_PER_VERSION}, ${ARTEFACT_MAX_MEGABYTES} MiB each. Nothing is public before you publish.`}
      </p>
      <div
        {...drop.handlers}
        className={cx(
          'mt-3 rounded-md border border-dashed border-control p-4 text-center [@media(scripting:none)]:hidden',
          drop.isOver && !isClosed && 'border-brand bg-raised',
        )}
      >
        <input
          ref={input}
          type="file"
          multiple
          accept={ARTEFACT_ENDINGS.join(',')}
          aria-label="Files of the version"
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files ?? [])
            // The same file may be chosen again.
            event.target.value = ''
          }}
        />
        <Button
          variant="secondary"
          aria-disabled={isClosed}
          aria-describedby={`${id}-hint`}
          onClick={() => {
            if (!isClosed) input.current?.click()
          }}
        >
          Choose files
        </Button>
        <p className="mt-2 text-xs text-muted">or drop them here</p>
      </div>
      {uploads.items.length > 0 ? (
        <ul aria-label="Chosen files" className="mt-3 grid grid-cols-[minmax(0,1fr)] gap-2">
          {uploads.items.map((item) => (
            <UploadRow
              key={item.name}
              item={item}
              target={target}
              isReadOnly={isReadOnly}
              onRemove={uploads.remove}
            />
          ))}
        </ul>
      ) : null}
    </section>
  )
}

interface UploadRowProps {
  item: UploadItem
  target: UploadTarget | null
  isReadOnly: boolean
  onRemove: (name: string) => void
}

function UploadRow({ item, target, isReadOnly, onRemove }: UploadRowProps) {
  const { name, sizeBytes, progress, sha256, fault } = item
  const isOfAnother =
    target !== null && (item.target.handle !== target.handle || item.target.version !== target.version)
  const problem =
    fault ??
    (isOfAnother ? `Sent for ${item.target.handle} ${item.target.version}: it will not go along.` : null)
  return (
    <li className="rounded-md border border-line bg-surface p-3 text-sm">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 font-mono text-xs font-medium break-all">{name}</span>
        {sha256 !== null && problem === null ? (
          <CircleCheckIcon className="size-4 shrink-0 text-success" aria-hidden />
        ) : null}
        <span className="shrink-0 text-xs text-muted">{formatSize(sizeBytes)}</span>
        <Button
          variant="quiet"
          size="icon-sm"
          aria-label={`Remove ${name}`}
          aria-disabled={isReadOnly}
          onClick={() => {
            if (!isReadOnly) onRemove(name)
          }}
        >
          <XIcon />
        </Button>
      </div>
      {problem !== null ? (
        <p role="alert" className="mt-1 text-xs text-danger">
          {problem}
        </p>
      ) : sha256 === null ? (
        <progress
          aria-label={`Sending ${name}`}
          value={progress}
          className="mt-2 block h-1.5 w-full overflow-hidden rounded-full accent-brand"
        />
      ) : (
        <p className="mt-1 truncate font-mono text-xs text-muted" title={sha256}>
          sha256 {sha256}
        </p>
      )}
    </li>
  )
}
