/** That the seller advises against a package or version, and what to use instead. */
import { Alert } from '#components/ui/alert'
import Link from 'next/link'
import { packageHref } from './search-href.ts'

export interface DeprecationNoticeProps {
  /** What is advised against: "This package", "Version 1.2.0". */
  subject: string
  deprecation: { message: string; useInstead: string | null }
  className?: string
}

export function DeprecationNotice({ subject, deprecation, className }: DeprecationNoticeProps) {
  const { message, useInstead } = deprecation
  return (
    <Alert tone="warning" title={`${subject} is deprecated`} className={className}>
      <p>{message}</p>
      {useInstead ? (
        <p>
          Use{' '}
          <Link href={insteadHref(useInstead)} className="font-medium underline underline-offset-4">
            {useInstead}
          </Link>{' '}
          instead.
        </p>
      ) : null}
    </Alert>
  )
}

function insteadHref(useInstead: string): string {
  const [handle = '', version] = useInstead.split('@')
  return version ? `${packageHref(handle)}?version=${encodeURIComponent(version)}` : packageHref(handle)
}
