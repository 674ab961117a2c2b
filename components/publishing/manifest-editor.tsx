'use client'
/**
 * A plain text area that shows line numbers and marks lines. It knows no YAML: what is marked and why comes from
 * outside, and `goTo` puts the caret where a fault stands.
 */
import { useImperativeHandle, useRef } from 'react'
import { cx } from '../ui/cx.ts'
import { endOfToken, lineCount, offsetAt } from './manifest-text.ts'

export interface LineMark {
  line: number
  tone: 'danger' | 'warning'
}

export interface ManifestEditorHandle {
  goTo: (line: number, column: number) => void
}

export interface ManifestEditorProps {
  ref: React.Ref<ManifestEditorHandle>
  id: string
  name: string
  value: string
  onChange: (text: string) => void
  marks: readonly LineMark[]
  isInvalid: boolean
  describedBy: string
  placeholder: string
  isReadOnly: boolean
}

/** Gutter, marks and text stand on this one measure. */
const LINES = '[--line:1.5rem] sm:[--line:1.3125rem]'
const TEXT = 'font-mono text-[1rem] leading-(--line) sm:text-xs sm:leading-(--line)'
const TONES = { danger: 'bg-danger-soft', warning: 'bg-warning-soft' } as const

export function ManifestEditor({
  ref,
  id,
  name,
  value,
  onChange,
  marks,
  isInvalid,
  describedBy,
  placeholder,
  isReadOnly,
}: ManifestEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const backdrop = useRef<HTMLDivElement>(null)
  const gutter = useRef<HTMLDivElement>(null)

  useImperativeHandle(
    ref,
    () => ({
      goTo: (line, column) => {
        if (area.current) moveCaret(area.current, line, column)
      },
    }),
    [],
  )

  function followScroll(event: React.UIEvent<HTMLTextAreaElement>) {
    const offset = `translateY(${-event.currentTarget.scrollTop}px)`
    if (backdrop.current) backdrop.current.style.transform = offset
    if (gutter.current) gutter.current.style.transform = offset
  }

  const toneByLine = new Map(marks.map(({ line, tone }) => [line, tone]))
  return (
    <div
      data-slot="manifest-editor"
      className={cx(
        LINES,
        'relative flex h-[26rem] overflow-hidden rounded-md border bg-surface shadow-sm focus-within:outline-2 focus-within:outline-focus lg:h-[34rem]',
        isInvalid ? 'border-danger' : 'border-control',
      )}
    >
      <div
        aria-hidden="true"
        className="w-11 shrink-0 overflow-hidden border-r border-line bg-sunken select-none"
      >
        <div ref={gutter} className={cx(TEXT, 'py-2.5')}>
          {Array.from({ length: lineCount(value) }, (_, index) => (
            <LineNumber key={index} number={index + 1} tone={toneByLine.get(index + 1)} />
          ))}
        </div>
      </div>
      <div className="relative min-w-0 flex-1">
        <div aria-hidden="true" className="pointer-events-none absolute inset-0 overflow-hidden">
          <div ref={backdrop} className="relative">
            {[...toneByLine].map(([line, tone]) => (
              <div
                key={line}
                className={cx('absolute inset-x-0 h-(--line)', TONES[tone])}
                style={{ top: `calc(0.625rem + var(--line) * ${line - 1})` }}
              />
            ))}
          </div>
        </div>
        <textarea
          ref={area}
          id={id}
          name={name}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onScroll={followScroll}
          readOnly={isReadOnly}
          wrap="off"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          placeholder={placeholder}
          aria-invalid={isInvalid || undefined}
          aria-describedby={describedBy}
          className={cx(
            TEXT,
            'relative size-full resize-none overflow-auto bg-transparent px-3 py-2.5 whitespace-pre outline-none placeholder:whitespace-pre-wrap',
          )}
        />
      </div>
    </div>
  )
}

function LineNumber({ number, tone }: { number: number; tone: LineMark['tone'] | undefined }) {
  return (
    <div
      data-line={number}
      data-mark={tone}
      className={cx(
        'flex h-(--line) items-center justify-end gap-1 pr-2 text-xs tabular',
        tone === 'danger' && 'bg-danger-soft font-semibold text-danger',
        tone === 'warning' && 'bg-warning-soft text-warning',
        tone === undefined && 'text-faint',
      )}
    >
      {tone === 'danger' ? <span>●</span> : tone === 'warning' ? <span>▲</span> : null}
      {number}
    </div>
  )
}

function moveCaret(area: HTMLTextAreaElement, line: number, column: number): void {
  const start = offsetAt(area.value, line, column)
  area.focus({ preventScroll: true })
  area.setSelectionRange(start, endOfToken(area.value, start))
  const lineHeightPx = Number.parseFloat(getComputedStyle(area).lineHeight)
  area.scrollTop = Math.max(0, (line - 1) * lineHeightPx - area.clientHeight / 3)
  area.scrollLeft = 0
  area.scrollIntoView({ block: 'nearest' })
}
