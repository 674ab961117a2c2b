'use client'
/**
 * Where a version is written, checked, looked at and published. It composes; the parts own what they do. Without
 * JavaScript it is a form with a file and a text area.
 */
import type { Manifest } from '#lib/kernel/manifest'
import type { Issue, ProblemCode } from '#lib/kernel/problem'
import { withVersion } from '#lib/publishing/next-version'
import { useRouter } from 'next/navigation'
import { useActionState, useId, useState } from 'react'
import { cx } from '../ui/cx.ts'
import { ArtefactDrop } from './artefact-drop.tsx'
import { ManifestDesk } from './manifest-desk.tsx'
import { findingsOf } from './manifest-findings.ts'
import { ManifestPreview } from './manifest-preview.tsx'
import { sourceFromText } from './manifest-source.ts'
import { PublishSteps, stepOf } from './publish-steps.tsx'
import { PublishPanel } from './publish-panel.tsx'
import { PublishedNotice } from './published-notice.tsx'
import type { OwnedNames } from './seller-advice.ts'
import { useFileDrop } from './use-file-drop.ts'
import { useManifestCheck } from './use-manifest-check.ts'
import { useManifestSource } from './use-manifest-source.ts'
import { usePublisher } from './use-publisher.ts'
import { useUploads } from './use-uploads.ts'

/** What a form that was posted without JavaScript came to. */
export interface PostedForm {
  text: string
  category: string
  code: ProblemCode
  detail: string
  issues: readonly Issue[]
}

export interface PublishWorkbenchProps {
  /** Whose unfinished text it is. */
  draftOwner: string
  /** Who sells what is published, by namespace. */
  stores: Readonly<Record<string, { slug: string; name: string }>>
  owned: OwnedNames
  categories: readonly { slug: string; name: string }[]
  /** The package whose next version this is. */
  handle: string | null
  initialText: string
  action: (previous: PostedForm | null, form: FormData) => Promise<PostedForm>
}

const LAST_SHELF = { slug: 'other', name: 'Other' }

export function PublishWorkbench(props: PublishWorkbenchProps) {
  const { draftOwner, stores, owned, categories, handle, action } = props
  const id = useId()
  const router = useRouter()
  const [posted, submitForm] = useActionState(action, null)
  const [initial] = useState({ text: posted?.text ?? props.initialText, category: posted?.category ?? '' })
  const writing = useManifestSource(`${draftOwner}:${handle ?? ''}`, initial)
  const { source, category } = writing
  const check = useManifestCheck(source)
  const uploads = useUploads()
  const publisher = usePublisher({
    source,
    category,
    filesOf: uploads.references,
    checkNow: check.checkNow,
    onFaults: () => focusFirstFault(`${id}-faults`),
    onPublished: () => {
      writing.clear()
      uploads.clear()
      // What the seller owns has changed, and the next text is measured against it.
      router.refresh()
    },
  })
  const drop = useFileDrop((file) => void writing.open(file))

  if (publisher.published) {
    return <PublishedNotice published={publisher.published} onAnother={publisher.reset} />
  }
  // What the plain form came to counts until something is known here.
  const fault = publisher.fault ?? (posted && check.result === null ? faultOf(posted) : null)
  return (
    <form
      action={submitForm}
      onSubmit={(event) => {
        event.preventDefault()
        if (!uploads.isSending) void publisher.send()
      }}
      {...drop.handlers}
      className={cx(
        'grid gap-x-7 gap-y-8 rounded-md lg:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]',
        drop.isOver && 'outline-2 outline-offset-8 outline-focus outline-dashed',
      )}
    >
      <PublishSteps current={stepOf(source.text, check.result?.ok ?? false, publisher.isSending)} />
      <ManifestDesk
        id={id}
        writing={writing}
        findings={findingsOf(check.result, fault?.issues ?? [], source.text, owned)}
        isChecking={check.isChecking}
        isReadOnly={publisher.isSending}
        namespace={owned.namespaces[0] ?? 'your-namespace'}
      />
      <div className="min-w-0">
        <div className="mb-7">
          <ArtefactDrop
            uploads={uploads}
            target={targetOf(check.result?.ok ? check.result.manifest : null)}
            isReadOnly={publisher.isSending}
          />
        </div>
        <PublishPanel
          manifest={check.result?.ok ? check.result.manifest : null}
          categories={categories}
          category={category}
          onCategory={writing.setCategory}
          isUpdate={handle !== null || owned.packages.some((item) => item.handle === check.lastGood?.id)}
          isSending={publisher.isSending}
          isWaiting={uploads.isSending}
          fault={fault}
          onUseVersion={(version) => {
            const text = withVersion(source.text, version)
            if (text !== null) writing.replace(sourceFromText(text))
            document.getElementById(`${id}-text`)?.focus()
          }}
        />
        <ManifestPreview
          manifest={check.lastGood}
          store={storeOf(check.lastGood, stores)}
          category={categories.find(({ slug }) => slug === category) ?? LAST_SHELF}
          isStale={check.result !== null && !check.result.ok}
        />
      </div>
    </form>
  )
}

/** Of a namespace that is not theirs nothing is sold: the server will say so. */
function storeOf(manifest: Manifest | null, stores: PublishWorkbenchProps['stores']) {
  const [namespace = ''] = manifest?.id.split('/') ?? []
  return (Object.hasOwn(stores, namespace) && stores[namespace]) || { slug: namespace, name: namespace }
}

function targetOf(manifest: Manifest | null) {
  return manifest && { handle: manifest.id, version: manifest.version }
}

/** The faults are shown with the next paint. */
function focusFirstFault(listId: string): void {
  requestAnimationFrame(() => document.getElementById(listId)?.querySelector('button')?.focus())
}

function faultOf({ code, detail, issues }: PostedForm) {
  return { code, detail, issues, requestId: null, handle: null, nextVersion: null }
}
