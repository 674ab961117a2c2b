'use client'
/** Why a version was not published, in words that say what to do; faults with a line stand beside the editor instead. */
import { Alert } from '#components/ui/alert'
import { Button, ButtonLink } from '#components/ui/button'
import type { ApiErrorCode } from '#lib/client/api'
import type { Issue } from '#lib/kernel/problem'

export interface PublishFault {
  code: ApiErrorCode
  detail: string
  issues: readonly Issue[]
  requestId: string | null
  /** What was to be published, as far as it could be read. */
  handle: string | null
  /** The version that could be published instead. */
  nextVersion: string | null
}

const TITLES: Partial<Record<ApiErrorCode, string>> = {
  version_exists: 'Already published',
  namespace_not_owned: 'Not your namespace',
  kind_changed: 'A package keeps its kind',
  invalid_manifest: 'The manifest has faults',
  unauthenticated: 'You have been signed out',
  network: 'No answer came',
  timeout: 'No answer came',
  rate_limited: 'Too fast',
  payload_too_large: 'Too large',
  store_suspended: 'Your store is suspended',
}

export function PublishFailure({
  fault,
  onUseVersion,
}: {
  fault: PublishFault
  onUseVersion: (version: string) => void
}) {
  const { code, detail, requestId, handle, nextVersion } = fault
  return (
    <Alert tone="danger" title={TITLES[code] ?? 'Not published'} data-code={code}>
      <p>{detail}</p>
      {code === 'network' || code === 'timeout' ? (
        <p className="mt-1">
          Your text is safe here. Press Publish again: if the first attempt got through, we notice, and
          nothing is published twice.
        </p>
      ) : null}
      {code === 'version_exists' && handle ? (
        <>
          <p className="mt-1">What was published under that number differs from this text.</p>
          <div className="mt-3 flex flex-wrap gap-2">
            {nextVersion ? (
              <Button size="sm" variant="secondary" onClick={() => onUseVersion(nextVersion)}>
                Make this {nextVersion}
              </Button>
            ) : null}
            <ButtonLink href={`/dashboard/packages/${handle}`} prefetch={false} size="sm" variant="quiet">
              See its versions
            </ButtonLink>
          </div>
        </>
      ) : null}
      {code === 'unauthenticated' ? (
        <ButtonLink
          href="/sign-in?next=%2Fdashboard%2Fpublish"
          prefetch={false}
          size="sm"
          variant="secondary"
          className="mt-3"
        >
          Sign in again
        </ButtonLink>
      ) : null}
      {requestId && ['internal', 'unavailable', 'unreadable'].includes(code) ? (
        <p className="mt-1 font-mono text-xs">Request {requestId}</p>
      ) : null}
    </Alert>
  )
}
