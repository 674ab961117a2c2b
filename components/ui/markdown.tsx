/**
 * Renders strangers' Markdown on the server. Raw HTML is dropped, what remains is sanitised, links carry no endorsement,
 * images become links (no page loads from another origin), and headings sit under the page's own.
 */
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'
import { cx } from './cx.ts'
import { SquareCheckIcon, SquareIcon } from './icons.tsx'
import { ScrollRegion } from './scroll-region.tsx'

const SCHEMA = {
  ...defaultSchema,
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'], src: ['http', 'https'] },
}

type HeadingTag = 'h2' | 'h3' | 'h4' | 'h5' | 'h6'

export interface MarkdownProps {
  source: string
  /** The level that `#` becomes. A page has its own h1, so 2 unless the text sits deeper. */
  topLevel?: 2 | 3 | 4
  className?: string
}

export function Markdown({ source, topLevel = 2, className }: MarkdownProps) {
  return (
    <div data-slot="markdown" className={cx('prose', className)}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[[rehypeSanitize, SCHEMA]]}
        skipHtml
        components={COMPONENTS[topLevel]}
      >
        {source}
      </ReactMarkdown>
    </div>
  )
}

function heading(level: number) {
  const Tag = `h${Math.min(level, 6)}` as HeadingTag
  return function Heading({ id, children }: React.ComponentProps<'h2'>) {
    return <Tag id={id}>{children}</Tag>
  }
}

function componentsFrom(topLevel: number): Components {
  return {
    h1: heading(topLevel),
    h2: heading(topLevel + 1),
    h3: heading(topLevel + 2),
    h4: heading(topLevel + 3),
    h5: heading(topLevel + 4),
    h6: heading(topLevel + 5),
    a: ({ href, id, children }) => (
      <OutsideLink href={href} id={id}>
        {children}
      </OutsideLink>
    ),
    img: ({ src, alt }) =>
      typeof src === 'string' && src ? <OutsideLink href={src}>{alt || 'Image'}</OutsideLink> : (alt ?? null),
    input: ({ checked }) => (
      <span className="mr-1.5 inline-flex align-[-0.15em] text-base text-muted">
        {checked ? <SquareCheckIcon /> : <SquareIcon />}
        <span className="sr-only">{checked ? 'Done: ' : 'To do: '}</span>
      </span>
    ),
    pre: ({ children }) => (
      <ScrollRegion label="Code">
        <pre>{children}</pre>
      </ScrollRegion>
    ),
    table: ({ children }) => (
      <ScrollRegion label="Table">
        <table>{children}</table>
      </ScrollRegion>
    ),
  }
}

const COMPONENTS = { 2: componentsFrom(2), 3: componentsFrom(3), 4: componentsFrom(4) }

function OutsideLink({ href, id, children }: { href?: string; id?: string; children?: React.ReactNode }) {
  const rel = href?.startsWith('#') ? undefined : 'nofollow ugc noopener'
  return (
    <a href={href} id={id} rel={rel}>
      {children}
    </a>
  )
}
