'use client'
/** What a seller sees once a version is out: where it is, how people get it, and what to do next. */
import { Button, ButtonLink } from '#components/ui/button'
import { CodeBlock } from '#components/ui/code-block'
import { ArrowRightIcon } from '#components/ui/frame-icons'
import { CircleCheckIcon } from '#components/ui/icons'
import { useEffect, useRef } from 'react'
import { downloadCommand } from './download-command.ts'
import { PublishSteps } from './publish-steps.tsx'
import type { Published } from './publish-request.ts'

export interface PublishedNoticeProps {
  published: Published
  onAnother: () => void
}

export function PublishedNotice({ published, onAnother }: PublishedNoticeProps) {
  const { handle, version, status, sha256, wasThere } = published
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section
      data-slot="published-notice"
      aria-labelledby="published-title"
      className="max-w-3xl rounded-lg border border-line bg-surface p-5 shadow-sm sm:p-7"
    >
      <PublishSteps current="Publish" isDone />
      <CircleCheckIcon className="size-9 text-success" />
      <h2
        id="published-title"
        ref={heading}
        tabIndex={-1}
        className="mt-3 font-display text-2xl font-semibold break-words outline-none"
      >
        {handle} {version} {wasThere ? 'is already published' : 'is published'}
      </h2>
      <p className="mt-1.5 max-w-prose text-muted">
        {wasThere
          ? 'Exactly these bytes are in the registry: an earlier attempt got through. Nothing was published twice.'
          : status === 'pending'
            ? 'It waits for an operator’s approval. Until then only you can see it.'
            : 'It is on the shelf. A version never changes: to change something, publish the next one.'}
      </p>
      <div className="mt-6 flex flex-wrap gap-2">
        <ButtonLink href={`/packages/${handle}`} prefetch={false}>
          Open the package page <ArrowRightIcon />
        </ButtonLink>
        <ButtonLink href={`/dashboard/packages/${handle}`} prefetch={false} variant="secondary">
          Price and visibility
        </ButtonLink>
        <Button variant="quiet" onClick={onAnother}>
          Publish another
        </Button>
      </div>
      <CodeBlock
        className="mt-6"
        label="download command"
        title="Download exactly these bytes"
        code={downloadCommand(window.location.origin, handle, version)}
      />
      <p className="mt-2 text-xs text-muted">
        SHA-256 <code className="font-mono break-all">{sha256}</code>
      </p>
    </section>
  )
}
