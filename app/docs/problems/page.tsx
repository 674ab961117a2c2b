/** Every problem code with its meaning: where the `type` of a problem response leads. */
import { PageHeader } from '#components/shell/page-header'
import { Badge } from '#components/ui/badge'
import { type ProblemCode, problemCodes, problemEntry } from '#lib/kernel/problem'
import type { Metadata } from 'next'
import Link from 'next/link'
import { Prose } from '../prose.tsx'

export const metadata: Metadata = {
  title: 'Problem codes',
  description: 'What each error code of the Souk API means and what to do about it.',
}

const REMEDIES: Record<ProblemCode, string> = {
  bad_request: 'The request cannot be understood: look at `issues` for the parameter or the syntax at fault.',
  unauthenticated: 'Sign in, or send a bearer token that is neither expired nor revoked.',
  payment_required: 'Buy the package, or top up your credits, and ask again.',
  budget_exceeded: 'The budget for this package does not cover it. Raise the budget, or use less.',
  forbidden: 'Your account may not do this. Asking again will not help.',
  insufficient_scope: 'Make an API token with the scope that `detail` names, or sign in.',
  namespace_not_owned: 'Publish under a namespace of your own store, or claim a free one.',
  store_suspended: 'The operators have suspended the store. Write to them.',
  own_package: 'Sellers cannot do this to their own package.',
  csrf_failed: 'A browser’s write must come from this site’s own pages. Programs should send a bearer token.',
  not_found: 'There is no such thing, or it is not yours to see. The two look alike on purpose.',
  method_not_allowed: 'Use one of the methods in the `Allow` header.',
  not_acceptable: 'None of the formats in your `Accept` header is offered.',
  conflict: 'Something changed in between. Read the current state and decide again.',
  version_exists: 'A version never changes once it is published. Raise the version number.',
  name_taken: 'Somebody has that name. Choose another.',
  store_exists: 'You have a store already: there is one for each account.',
  store_required: 'Open a store first.',
  already_owned: 'It is in your library already, so it was not bought again.',
  sold_out: 'Every seat of this package is taken.',
  price_changed: 'The price is not what you expected. Look at the package again and confirm the new one.',
  user_changed:
    '`Souk-Expect-User` names somebody else than who is signed in: nothing was done. Ask whoever is signed in now.',
  idempotency_in_flight: 'The first request with this key has not finished. Wait a moment and repeat it.',
  gone: 'It was here and will not come back.',
  precondition_failed: 'The resource is no longer the one your condition names. Read it again.',
  payload_too_large: 'Send less; `detail` says how much is read.',
  unsupported_media_type: 'Use one of the content types in the `Accept` header of the answer.',
  range_not_satisfiable: 'The range begins past the end of the file; `Content-Range` says how long it is.',
  validation_failed: 'The input was read but has faults: each is in `issues` with its path.',
  invalid_manifest: 'The manifest has faults: each is in `issues` with its path and line.',
  unknown_dependency: 'The manifest depends on a package or version that is not here. `issues` names each.',
  dependency_cycle:
    'Followed to their end, the dependencies lead back to the package itself. `issues` shows the way round.',
  kind_changed: 'A package keeps the kind of its first version. Publish under another name.',
  idempotency_key_reused: 'This key was used for another request. Use a new key for each purchase or change.',
  rate_limited: 'Wait for the seconds in `Retry-After`.',
  quota_exceeded: 'You have used what your account allows for now. `Retry-After` says when there is more.',
  internal: 'Our fault. It is logged under the request id; trying again may help.',
  upstream_failed: 'A service that we depend on answered badly. Try again later.',
  unavailable: 'A part of the service is not reachable. Try again after `Retry-After`.',
  timeout: 'It took too long and was given up. Try again later.',
}

export default function ProblemsPage() {
  return (
    <>
      <PageHeader
        title="Problem codes"
        description={
          <>
            Every failure is an RFC 9457 problem: <code>application/problem+json</code> with a{' '}
            <code>code</code> that is never renamed. Programs should look at the code, people at the detail.
          </>
        }
        crumbs={[
          { label: 'Home', href: '/' },
          { label: 'API', href: '/docs/api' },
          { label: 'Problem codes' },
        ]}
      />
      <dl className="max-w-prose divide-y divide-line border-y border-line">
        {problemCodes.map((code) => {
          const { status, title } = problemEntry(code)
          return (
            <div key={code} id={code.replaceAll('_', '-')} className="scroll-mt-20 py-4 target:bg-brand-soft">
              <dt className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <Badge tone={status >= 500 ? 'danger' : 'neutral'}>{status}</Badge>
                <Link
                  href={`#${code.replaceAll('_', '-')}`}
                  className="font-mono text-sm font-medium hover:underline"
                >
                  {code}
                </Link>
                <span className="text-sm text-muted">{title}</span>
              </dt>
              <dd className="mt-1.5">
                <Prose text={REMEDIES[code]} />
              </dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}
