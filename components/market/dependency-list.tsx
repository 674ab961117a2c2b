/** The packages that a version needs, each with the range it accepts. */
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'

export function DependencyList({ dependencies }: { dependencies: Record<string, string> }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
      {Object.entries(dependencies).map(([handle, range]) => (
        <li key={handle} className="flex items-center justify-between gap-4 px-3.5 py-2">
          <Link
            href={packageHref(handle)}
            prefetch={false}
            className="inline-flex min-h-6 min-w-0 items-center break-all text-brand-ink hover:underline"
          >
            {handle}
          </Link>
          <code className="shrink-0 font-mono text-xs text-muted">{range}</code>
        </li>
      ))}
    </ul>
  )
}
