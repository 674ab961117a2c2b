/** The wallet's statement: a filter that lives in the address, the movements with the balance after each, CSV. */
import { Button, ButtonLink, buttonClass } from '#components/ui/button'
import { DateTime } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { Field, TextField } from '#components/ui/field'
import { DownloadIcon } from '#components/ui/frame-icons'
import { Select } from '#components/ui/select'
import type { WalletEntry, WalletEntryPage } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { orderHref } from './commerce-href.ts'
import { ENTRY_FILTERS, ENTRY_WORDS } from './entry-words.ts'

export interface StatementProps {
  page: WalletEntryPage
  /** As the address says it: days as `2026-11-23`. */
  filter: { show?: string; from?: string; until?: string }
  csvHref: string
}

export function Statement({ page, filter, csvHref }: StatementProps) {
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  const given = Object.entries(filter).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const next = new URLSearchParams([...given, ['cursor', page.meta.nextCursor ?? '']])
  return (
    <section aria-labelledby="statement-heading" className="min-w-0">
      <div className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h2 id="statement-heading" className="font-display text-xl font-semibold">
          Statement
        </h2>
        <a href={csvHref} download className={buttonClass({ variant: 'secondary', size: 'sm' })}>
          <DownloadIcon />
          CSV
        </a>
      </div>
      <form
        aria-label="Filter the statement"
        className="mb-4 grid grid-cols-2 items-end gap-3 sm:grid-cols-[minmax(0,1fr)_9.5rem_9.5rem_auto]"
      >
        <Field label="Show" className="max-sm:col-span-2">
          {(control) => (
            <Select {...control} name="show" defaultValue={filter.show ?? ''}>
              <option value="">Everything</option>
              {Object.entries(ENTRY_FILTERS).map(([value, { label }]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <TextField label="From" type="date" name="from" defaultValue={filter.from} />
        <TextField label="To" type="date" name="until" defaultValue={filter.until} />
        <Button type="submit" variant="secondary" className="max-sm:col-span-2">
          Show
        </Button>
      </form>
      {page.items.length === 0 ? (
        <EmptyState
          title={isFiltered ? 'Nothing matches' : 'No movements yet'}
          actions={
            isFiltered ? (
              <ButtonLink href="/wallet" variant="secondary">
                Show everything
              </ButtonLink>
            ) : null
          }
        >
          {isFiltered
            ? 'No movement of your wallet is of this kind in these days.'
            : 'What comes and goes stands here.'}
        </EmptyState>
      ) : (
        <ol
          aria-label="Movements"
          className="divide-y divide-line rounded-lg border border-line bg-surface shadow-sm"
        >
          {page.items.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {page.meta.nextCursor ? (
        <nav aria-label="Pages" className="mt-5">
          <ButtonLink href={`/wallet?${next.toString()}`} prefetch={false} rel="next" variant="secondary">
            Older
          </ButtonLink>
        </nav>
      ) : null}
    </section>
  )
}

function EntryRow({ entry }: { entry: WalletEntry }) {
  const { kind, subject, orderId, amount, balance, createdAt, hold } = entry
  const isIncome = amount.amount > 0
  return (
    <li className="flex items-start justify-between gap-4 px-4 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <span className="font-medium">{ENTRY_WORDS[kind]}</span>
          {subject ? (
            <>
              {' '}
              {hold ? (
                <Link
                  href={`/usage?package=${subject}`}
                  prefetch={false}
                  className="underline underline-offset-4"
                >
                  {subject}
                </Link>
              ) : orderId ? (
                <Link href={orderHref(orderId)} prefetch={false} className="underline underline-offset-4">
                  {subject}
                </Link>
              ) : (
                <span className="text-muted">{subject}</span>
              )}
            </>
          ) : null}
        </p>
        {hold ? (
          <p className="text-xs text-muted tabular">
            {hold.charged.amount === 0
              ? `Nothing charged by use${hold.isOpen ? ' yet' : ''}`
              : `${formatMoney(hold.charged)} of it charged by use${hold.isOpen ? ' so far' : ''}`}
          </p>
        ) : null}
        <DateTime iso={createdAt} className="text-xs text-muted" />
      </div>
      <div className="shrink-0 text-right tabular">
        <p className={cx('font-semibold', isIncome && 'text-success')}>
          {isIncome ? '+' : ''}
          {formatMoney(amount)}
        </p>
        <p className="text-xs text-muted">
          <span className="sr-only">Balance </span>
          {formatMoney(balance)}
        </p>
      </div>
    </li>
  )
}
