'use client'
/** Says how a sent form fared, and takes the eye and the focus to what needs fixing. It knows no particular form. */
import { Alert } from '#components/ui/alert'
import type { FormState } from '#lib/identity/form-state'
import { useEffect, useRef } from 'react'

/** Place it first in the form: without JavaScript it is what one reads first. */
export function FormFeedback({ state, children }: { state: FormState<unknown>; children?: React.ReactNode }) {
  const anchor = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.status !== 'failed') return
    anchor.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [state])
  return (
    <div ref={anchor} className="contents">
      {state.status === 'failed' ? (
        <Alert tone={state.code === 'unavailable' || state.code === 'rate_limited' ? 'warning' : 'danger'}>
          {state.message} {children}
        </Alert>
      ) : null}
    </div>
  )
}
