'use client'
/** What a page says when it could not be made: plainly, with another try and a number to quote. */
import { Button, ButtonLink } from '#components/ui/button'
import { ErrorState } from '#components/ui/error-state'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'

export interface ErrorMessageProps {
  error: Error & { digest?: string }
  reset: () => void
}

export function ErrorMessage({ error, reset }: ErrorMessageProps) {
  const router = useRouter()
  const [isRetrying, startRetry] = useTransition()

  // What the server answers to a form that is sent too often, word for word.
  const wait = error.message.startsWith('Too many requests.') ? error.message : null

  function retry() {
    startRetry(() => {
      // `reset` alone would show the same failed answer again.
      router.refresh()
      reset()
    })
  }

  return (
    <div className="page-width py-16">
      <title>Something went wrong · Souk</title>
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorState
        title={wait === null ? 'This page could not be shown' : 'A little too fast'}
        requestId={error.digest}
        actions={
          <>
            <Button onClick={retry} aria-disabled={isRetrying}>
              {isRetrying ? 'Trying again…' : 'Try again'}
            </Button>
            <ButtonLink href="/" variant="secondary">
              Home
            </ButtonLink>
          </>
        }
      >
        {wait ?? 'Something failed on our side; nothing you did. It often passes within a minute.'}
      </ErrorState>
    </div>
  )
}
