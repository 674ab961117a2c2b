/** A dispute as one of its sides or an operator sees it: the story, what it is about, and what can be done. */
import { Alert } from '#components/ui/alert'
import { Badge } from '#components/ui/badge'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { Day } from '#components/ui/date-time'
import type { FormState } from '#lib/identity/form-state'
import { formatMoney } from '#lib/kernel/money-text'
import type { Dispute } from '#lib/disputes/schemas'
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'
import { EndDispute } from './end-dispute.tsx'
import { DecideForm } from './decide-form.tsx'
import { DisputeTimeline, UsageSummary } from './dispute-timeline.tsx'
import { outlookOf, STATE_WORDS } from './dispute-words.ts'
import { SpeakForm } from './speak-form.tsx'

type FormAction = (previous: FormState, form: FormData) => Promise<FormState>

export interface DisputeActions {
  speak: FormAction
  withdraw: FormAction
  refund: FormAction
  decide: FormAction
}

export function DisputeState({ dispute }: Pick<Dispute, 'dispute'>) {
  const { label, tone } = STATE_WORDS[dispute.state]
  return <Badge tone={tone}>{label}</Badge>
}

export function DisputeView({ dispute, actions }: { dispute: Dispute; actions: DisputeActions }) {
  const { id, side, allows } = dispute
  const isWaitedFor = side === 'seller' && dispute.dispute.state === 'awaiting_seller'
  return (
    <div className="grid gap-7 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-6">
        <Alert tone={isWaitedFor ? 'warning' : 'info'} title={STATE_WORDS[dispute.dispute.state].label}>
          {outlookOf(dispute)}
        </Alert>
        <DisputeTimeline dispute={dispute} />
        {allows.speak ? (
          <SpeakForm id={id} side={side} isAnswer={isWaitedFor} action={actions.speak} />
        ) : null}
      </div>
      <div className="grid min-w-0 content-start gap-5">
        {allows.decide ? (
          <Card>
            <CardHeader>
              <CardTitle>Decide</CardTitle>
            </CardHeader>
            <CardBody>
              <DecideForm id={id} action={actions.decide} />
            </CardBody>
          </Card>
        ) : null}
        <Facts dispute={dispute} />
        {allows.withdraw ? <EndDispute kind="withdraw" id={id} action={actions.withdraw} /> : null}
        {allows.refund ? <EndDispute kind="refund" id={id} action={actions.refund} /> : null}
      </div>
    </div>
  )
}

function Facts({ dispute }: { dispute: Dispute }) {
  const { side, handle, name, version, price, buyer, seller, createdAt, usage } = dispute
  const facts: [string, React.ReactNode][] = [
    ['Package', <PackageLink key="package" handle={handle} name={name} />],
    [
      'Version',
      <code key="version" className="font-mono text-xs">
        {version}
      </code>,
    ],
    ['Paid', formatMoney({ amount: price.amount, currency: 'CRD' })],
    ['Bought', <Day key="bought" iso={createdAt} />],
    ...(side === 'buyer' ? [] : [['Buyer', buyer] as [string, React.ReactNode]]),
    ...(side === 'seller' ? [] : [['Seller', seller.name] as [string, React.ReactNode]]),
    ['Use so far', <UsageSummary key="usage" usage={usage} />],
  ]
  return (
    <Card>
      <CardHeader>
        <CardTitle>What it is about</CardTitle>
      </CardHeader>
      <CardBody>
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-sm">
          {facts.map(([term, fact]) => (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="min-w-0 wrap-anywhere [&>:first-child]:mt-0">{fact}</dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  )
}

function PackageLink({ handle, name }: { handle: string; name: string }) {
  return (
    <Link href={packageHref(handle)} prefetch={false} className="text-brand-ink underline">
      {name}
    </Link>
  )
}
