'use client'
/** A page outside the market failed, or a frame did: only the mark and the message are sure to work. */
import type { ErrorMessageProps } from '#components/market/error-message'
import { LateErrorMessage } from '#components/market/late-error-message'
import { Wordmark } from '#components/shell/mark'

export default function RootError(props: ErrorMessageProps) {
  return (
    <>
      <header className="border-b border-line">
        <div className="page-width flex h-14 items-center">
          {/* A full load: the router may be what failed. */}
          {/* eslint-disable-next-line @next/next/no-html-link-for-pages */}
          <a href="/" aria-label="Souk, home" className="rounded-md">
            <Wordmark />
          </a>
        </div>
      </header>
      <main id="main">
        <LateErrorMessage {...props} />
      </main>
    </>
  )
}
