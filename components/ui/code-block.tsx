/** Code or a document, as it is, with a way to copy it. It highlights nothing: the bytes are the point. */
import { CopyButton } from './copy-button.tsx'
import { cx } from './cx.ts'
import { ScrollRegion } from './scroll-region.tsx'

export interface CodeBlockProps {
  code: string
  /** Names the block for assistive technology and, when `title` is set, for everyone. */
  label: string
  title?: React.ReactNode
  /** For prose and long lines: breaks them to fit instead of scrolling. */
  wrap?: boolean
  className?: string
}

export function CodeBlock({ code, label, title, wrap = false, className }: CodeBlockProps) {
  return (
    <figure
      data-slot="code-block"
      className={cx('overflow-hidden rounded-md border border-line bg-sunken', className)}
    >
      <div className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3">
        <figcaption className="truncate text-xs font-medium text-muted">{title ?? label}</figcaption>
        <CopyButton text={code} label={`Copy ${label}`} />
      </div>
      <ScrollRegion label={label}>
        <pre
          className={cx(
            'p-3 font-mono text-xs leading-relaxed',
            wrap ? 'break-words whitespace-pre-wrap' : 'w-max min-w-full',
          )}
        >
          <code>{code}</code>
        </pre>
      </ScrollRegion>
    </figure>
  )
}
