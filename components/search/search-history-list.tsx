'use client'
/** The searches of one person, newest first, each a way back to it and each deletable. */
import { buttonClass } from '#components/ui/button'
import { Day } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { type FormState, idleForm } from '#lib/identity/form-state'
import type { SearchHistory } from '#lib/search/schemas'
import Link from 'next/link'
import { useActionState } from 'react'
import { searchHref } from '../catalog/search-href.ts'
import { FormFeedback } from '../identity/form-feedback.tsx'
import { SubmitButton } from '../identity/submit-button.tsx'

interface SearchHistoryListProps {
  items: SearchHistory['items']
  isKept: boolean
  forgetAction: (previous: FormState, form: FormData) => Promise<FormState>
}

export function SearchHistoryList({ items, isKept, forgetAction }: SearchHistoryListProps) {
  const [state, formAction] = useActionState(forgetAction, idleForm)
  return (
    <section aria-labelledby="searches-heading" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="searches-heading" className="font-display text-lg font-semibold">
          Your searches
        </h2>
        {items.length > 0 ? <ForgetAll action={formAction} /> : null}
      </div>
      <FormFeedback state={state} />
      {items.length === 0 ? (
        <EmptyState title={isKept ? 'No searches yet' : 'Nothing is kept'}>
          {isKept ? 'What you search for will stand here.' : 'Switch the history on to find searches again.'}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {items.map(({ id, query, createdAt }) => (
            <li key={id} className="flex items-center gap-3 py-1.5 pr-2 pl-3.5">
              <Link
                href={searchHref({ q: query })}
                prefetch={false}
                className="min-w-0 flex-1 truncate py-1 hover:text-brand-ink hover:underline"
              >
                {query}
              </Link>
              <Day iso={createdAt} className="shrink-0 text-xs text-muted" />
              <form action={formAction} aria-label={`Delete ${query}`}>
                <input type="hidden" name="id" value={id} />
                <SubmitButton variant="quiet" size="sm" pendingLabel="Deleting…">
                  Delete<span className="sr-only"> {query}</span>
                </SubmitButton>
              </form>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function ForgetAll({ action }: { action: (form: FormData) => void }) {
  return (
    <details className="group relative">
      <summary className={buttonClass({ variant: 'secondary', size: 'sm' }, 'list-none')}>Delete all</summary>
      <form
        action={action}
        className="absolute right-0 z-10 mt-1.5 grid w-64 justify-items-start gap-2.5 rounded-md border border-line bg-raised p-3 text-sm shadow-lg"
      >
        <p>Every search you made is deleted. This cannot be undone.</p>
        <SubmitButton variant="danger" size="sm" pendingLabel="Deleting…">
          Delete all for good
        </SubmitButton>
      </form>
    </details>
  )
}
