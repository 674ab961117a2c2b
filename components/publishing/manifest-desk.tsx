'use client'
/** The writing half of publishing: ways to begin, the editor, and what is wrong with the text, each fault a way to its place. */
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import type { Issue } from '#lib/kernel/problem'
import { useRef } from 'react'
import { IssueList } from './issue-list.tsx'
import { ManifestEditor, type ManifestEditorHandle } from './manifest-editor.tsx'
import { counted, type Findings, marksOf } from './manifest-findings.ts'
import { sourceFromText } from './manifest-source.ts'
import { manifestTemplate } from './manifest-templates.ts'
import { TemplatePicker } from './template-picker.tsx'
import type { SourceState } from './use-manifest-source.ts'

export interface ManifestDeskProps {
  /** The page's prefix for ids. */
  id: string
  writing: SourceState
  findings: Findings
  isChecking: boolean
  isReadOnly: boolean
  /** What templates are named under. */
  namespace: string
}

export function ManifestDesk({
  id,
  writing,
  findings,
  isChecking,
  isReadOnly,
  namespace,
}: ManifestDeskProps) {
  const editor = useRef<ManifestEditorHandle>(null)
  const { source } = writing
  const { faults, advice } = findings
  const open = (issue: Issue) => editor.current?.goTo(issue.line ?? 1, issue.column ?? 1)
  return (
    <div className="min-w-0">
      <TemplatePicker
        onTemplate={(kind) => {
          writing.replace(sourceFromText(manifestTemplate(kind, namespace, window.location.origin)))
          // Once the text is in, its name stands selected, ready to be typed over.
          requestAnimationFrame(() => editor.current?.goTo(2, 5))
        }}
        onFile={(file) => void writing.open(file)}
      />
      {writing.fileFault ? (
        <Alert tone="danger" title="The file was not opened" className="mb-3">
          {writing.fileFault}
        </Alert>
      ) : null}
      <div className="mb-1.5 flex min-h-7 flex-wrap items-center justify-between gap-x-3">
        <label htmlFor={`${id}-text`} className="text-sm font-medium">
          Manifest
          {source.fileName ? (
            <span className="ml-2 font-mono text-xs font-normal text-muted">{source.fileName}</span>
          ) : null}
        </label>
        {writing.undo ? (
          <Button variant="link" onClick={writing.undo}>
            Bring my text back
          </Button>
        ) : null}
      </div>
      <ManifestEditor
        ref={editor}
        id={`${id}-text`}
        name="manifest"
        value={source.text}
        onChange={writing.edit}
        marks={marksOf(findings)}
        isInvalid={faults.length > 0}
        describedBy={`${id}-status`}
        placeholder="Paste a manifest, drop a YAML file here, or start from one of the templates above."
        isReadOnly={isReadOnly}
      />
      <p id={`${id}-status`} role="status" className="mt-2 text-xs text-muted">
        {statusText(findings, source.text.trim() === '', isChecking)}
      </p>
      <div id={`${id}-faults`}>
        <IssueList tone="danger" title={counted(faults.length, 'problem')} issues={faults} onOpen={open} />
      </div>
      <IssueList tone="warning" title={counted(advice.length, 'suggestion')} issues={advice} onOpen={open} />
    </div>
  )
}

/** Read out when it changes, and whenever the editor takes the focus. */
function statusText({ faults, advice }: Findings, isEmpty: boolean, isChecking: boolean): string {
  const [first] = faults
  if (first) return `${counted(faults.length, 'problem')}. Line ${first.line ?? 1}: ${first.message}`
  if (isEmpty) return 'At most 64 KiB of YAML.'
  if (isChecking) return 'Checking…'
  return advice.length > 0 ? `No problems, ${counted(advice.length, 'suggestion')}.` : 'No problems.'
}
