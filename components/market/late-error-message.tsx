'use client'
/** An error page's contents, loaded when there is an error: every page would carry them otherwise. */
import { lazy, Suspense } from 'react'
import type { ErrorMessageProps } from './error-message.tsx'

const Message = lazy(async () => ({ default: (await import('./error-message.tsx')).ErrorMessage }))

export function LateErrorMessage(props: ErrorMessageProps) {
  return (
    <Suspense fallback={<div className="page-width min-h-96 py-16" aria-busy="true" />}>
      <Message {...props} />
    </Suspense>
  )
}
