'use client'
/** A page outside the market failed, or a frame did: only the mark and the message are sure to work. */
import { ErrorMessage, type ErrorMessageProps } from '#components/market/error-message'
import { Wordmark } from '#components/shell/mark'
import Link from 'next/link'

export default function RootError(props: ErrorMessageProps) {
  return (
    <>
      <header className="border-b border-line">
        <div className="page-width flex h-14 items-center">
          <Link href="/" aria-label="Souk, home" className="rounded-md">
            <Wordmark />
          </Link>
        </div>
      </header>
      <main id="main">
        <ErrorMessage {...props} />
      </main>
    </>
  )
}
