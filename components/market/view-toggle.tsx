/** Cards to browse or rows to compare. Links, because the address holds the choice. */
import { type SearchState, searchHref } from '../catalog/search-href.ts'
import { drawIcon } from '#components/ui/draw-icon'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'

const GridIcon = drawIcon('M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z')
const RowsIcon = drawIcon('M4 6h16M4 12h16M4 18h16')

const VIEWS = [
  { view: undefined, label: 'Grid', Icon: GridIcon },
  { view: 'list', label: 'List', Icon: RowsIcon },
] as const

export function ViewToggle({ state, path, page }: { state: SearchState; path?: string; page: number }) {
  return (
    <ul
      data-slot="view-toggle"
      aria-label="View"
      className="flex rounded-md border border-line bg-sunken p-0.5"
    >
      {VIEWS.map(({ view, label, Icon }) => {
        const isCurrent = state.view === view
        return (
          <li key={label}>
            <Link
              href={searchHref(state, { view, page }, path)}
              prefetch={false}
              aria-label={`${label} view`}
              aria-current={isCurrent ? 'true' : undefined}
              title={`${label} view`}
              className={cx(
                'inline-flex h-7.5 w-8 items-center justify-center rounded-sm',
                isCurrent ? 'bg-surface text-ink shadow-sm' : 'text-faint hover:text-ink',
              )}
            >
              <Icon />
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
