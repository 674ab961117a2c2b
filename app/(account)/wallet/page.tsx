/** The person's credits: what they can spend, topping up, and every movement. Stripe leads back here after paying. */
import { ENTRY_FILTERS } from '../../../components/commerce/entry-words.ts'
import { Statement } from '#components/commerce/statement'
import { TopUpForm } from '#components/commerce/top-up-form'
import { TopUpReturn } from '#components/commerce/top-up-return'
import { PageHeader } from '#components/shell/page-header'
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { getWallet } from '#lib/commerce/get-wallet'
import { listWalletEntries } from '#lib/commerce/list-wallet-entries'
import type { Wallet } from '#lib/commerce/schemas'
import { requireUser } from '#lib/identity/require-user'
import { safeNextPath } from '#lib/identity/rules'
import { formatMoney } from '#lib/kernel/money-text'
import { listTopUps } from '#lib/payments/list-top-ups'
import type { Metadata } from 'next'
import Link from 'next/link'
import { z } from 'zod'
import { readPage } from '../page-query.ts'

export const metadata: Metadata = { title: 'Wallet' }

const PAGE_SIZE = 25
const DAY_MS = 86_400_000

const day = z.iso.date().optional().catch(undefined)
const addressSchema = z.object({
  show: z.string().optional(),
  from: day,
  until: day,
  cursor: z.string().max(2048).optional(),
})

/** The address in the words of the API: a day begins at midnight UTC, and the last one counts. */
function filterOf({ show, from, until }: z.output<typeof addressSchema>) {
  const kind = show === undefined ? undefined : ENTRY_FILTERS[show]?.kinds
  return {
    ...(kind ? { kind } : {}),
    ...(from ? { from: `${from}T00:00:00.000Z` } : {}),
    ...(until ? { until: new Date(Date.parse(until) + DAY_MS).toISOString() } : {}),
  }
}

export default async function WalletPage({ searchParams }: PageProps<'/wallet'>) {
  const user = await requireUser('/wallet')
  const asked = await searchParams
  const [wallet, cards, { query, page }] = await Promise.all([
    getWallet(user),
    listTopUps(user),
    readPage(addressSchema, asked, ({ cursor, ...address }) =>
      listWalletEntries(user, { ...filterOf(address), cursor, limit: PAGE_SIZE }),
    ),
  ])
  const { show, from, until } = query
  const returning = z.uuid().safeParse(asked['top-up'])
  const missing = z.coerce.number().int().min(1).safeParse(asked.missing)
  const next = safeNextPath(asked.next, '')
  return (
    <>
      <PageHeader
        title="Wallet"
        description="One credit is one US cent."
        actions={
          <ButtonLink href="/usage" prefetch={false} variant="secondary">
            Usage and budgets
          </ButtonLink>
        }
      />
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <div className="grid min-w-0 content-start gap-6">
          {returning.success ? (
            <TopUpReturn id={returning.data} isCancelled={asked.cancelled === '1'} />
          ) : null}
          <Balance wallet={wallet} />
          <Card id="top-up">
            <CardHeader>
              <CardTitle>Top up</CardTitle>
            </CardHeader>
            <CardBody>
              {cards.meta.isAvailable ? (
                <TopUpForm
                  terms={cards.meta}
                  missing={missing.success ? missing.data : null}
                  next={next === '' ? null : next}
                />
              ) : (
                <Alert tone="info">{cards.meta.reason}</Alert>
              )}
            </CardBody>
          </Card>
        </div>
        <Statement page={page} filter={{ show, from, until }} csvHref={csvHref(query)} />
      </div>
    </>
  )
}

function Balance({ wallet: { available, held, owed } }: { wallet: Wallet }) {
  return (
    <Card className="overflow-hidden">
      <div aria-hidden="true" className="awning" />
      <CardBody>
        <p className="text-sm text-muted">You can spend</p>
        <p className="font-display text-3xl font-semibold tabular">{formatMoney(available)}</p>
        <p className="text-sm text-muted tabular">{formatMoney({ ...available, currency: 'USD' })}</p>
        {held.amount > 0 || owed.amount > 0 ? (
          <dl className="mt-3 grid grid-cols-[1fr_auto] gap-y-1 border-t border-line pt-3 text-sm">
            {held.amount > 0 ? (
              <>
                <dt className="text-muted">
                  <Link href="/usage" prefetch={false} className="underline underline-offset-4">
                    Set aside for budgets
                  </Link>
                </dt>
                <dd className="tabular">{formatMoney(held)}</dd>
              </>
            ) : null}
            {owed.amount > 0 ? (
              <>
                <dt className="text-muted">Owed after a card refund</dt>
                <dd className="tabular">{formatMoney(owed)}</dd>
              </>
            ) : null}
          </dl>
        ) : null}
      </CardBody>
    </Card>
  )
}

function csvHref(query: z.output<typeof addressSchema>): string {
  const { kind = [], ...times } = filterOf(query)
  const parameters = new URLSearchParams([...kind.map((one) => ['kind', one]), ...Object.entries(times)])
  return `/api/wallet/entries.csv?${parameters.toString()}`
}
