/**
 * What can be done about remembered searches, beside the palette's list: a listbox may hold nothing but options, so the
 * buttons lie over the rows of its first group. They share its measures: a heading of 2rem, rows of 2.5rem (2.75 to touch).
 */
import { buttonClass } from '#components/ui/button'
import { XIcon } from '#components/ui/icons'
import type { SearchHistory } from '#lib/search/schemas'
import Link from 'next/link'
import type { PaletteGroup } from './palette-options.ts'

export interface RecentControlsProps {
  groups: PaletteGroup[]
  /** Absent for strangers, who have none. */
  history?: SearchHistory
  onForget: (id: number) => void
  onForgetAll: () => void
}

export function RecentControls({ groups, history, onForget, onForgetAll }: RecentControlsProps) {
  if (!history) return null
  const recent = groups[0]?.options.filter((option) => option.type === 'recent') ?? []
  return (
    <>
      {recent.length > 0 ? (
        <ul aria-label="Remove from your searches" className="absolute top-9.5 right-2">
          {recent.map(({ id, text }) => (
            <li key={id} className="flex h-10 items-center pointer-coarse:h-11">
              <button
                type="button"
                aria-label={`Remove ${text}`}
                title="Remove"
                onClick={() => onForget(id)}
                className={buttonClass({ variant: 'quiet', size: 'icon-sm' })}
              >
                <XIcon />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <p className="mt-1 flex flex-wrap items-center gap-x-4 border-t border-line px-2.5 pt-2 text-xs text-muted">
        {recent.length > 0 ? (
          <button
            type="button"
            onClick={onForgetAll}
            className="min-h-7 underline underline-offset-4 hover:text-ink"
          >
            Clear your searches
          </button>
        ) : null}
        <Link
          href="/settings/searches"
          prefetch={false}
          className="inline-flex min-h-7 items-center underline underline-offset-4 hover:text-ink"
        >
          {history.meta.isKept ? 'Search history settings' : 'Your searches are not kept: settings'}
        </Link>
      </p>
    </>
  )
}
