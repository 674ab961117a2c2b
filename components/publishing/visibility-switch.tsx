'use client'
/** Whether shoppers may have a package. It turns at once and turns back when the change was refused. */
import { Alert } from '#components/ui/alert'
import { ApiError } from '#lib/client/api'
import { useId, useRef, useState } from 'react'
import { cx } from '../ui/cx.ts'

export interface VisibilitySwitchProps {
  isAvailable: boolean
  /** @throws ApiError when it was refused. */
  onChange: (isAvailable: boolean) => Promise<void>
}

export function VisibilitySwitch({ isAvailable, onChange }: VisibilitySwitchProps) {
  const id = useId()
  const [isOn, setIsOn] = useState(isAvailable)
  const [status, setStatus] = useState<'idle' | 'saving' | 'saved'>('idle')
  const [fault, setFault] = useState<string | null>(null)
  const inFlight = useRef(false)

  async function turn() {
    if (inFlight.current) return
    inFlight.current = true
    const wanted = !isOn
    setIsOn(wanted)
    setStatus('saving')
    setFault(null)
    try {
      await onChange(wanted)
      setStatus('saved')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setIsOn(!wanted)
      setStatus('idle')
      setFault(error.message)
    } finally {
      inFlight.current = false
    }
  }

  return (
    <div className="mt-5 border-t border-line pt-4">
      <div className="flex items-center justify-between gap-4">
        <div>
          <p id={`${id}-label`} className="text-sm font-medium">
            Available
          </p>
          <p id={`${id}-hint`} className="text-xs text-muted">
            Off: nobody finds or gets it. Whoever has it keeps it.
          </p>
        </div>
        <button
          type="button"
          role="switch"
          aria-checked={isOn}
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-hint`}
          aria-busy={status === 'saving'}
          onClick={() => void turn()}
          className={cx(
            'relative h-6 w-11 shrink-0 rounded-full border transition-colors',
            isOn ? 'border-brand bg-brand' : 'border-control bg-sunken',
          )}
        >
          <span
            className={cx(
              'absolute top-0.5 left-0.5 size-4.5 rounded-full shadow-sm transition-transform',
              isOn ? 'translate-x-5 bg-on-brand' : 'bg-control',
            )}
          />
        </button>
      </div>
      <p role="status" className="mt-1 min-h-4.5 text-xs text-muted">
        {status === 'saving'
          ? 'Saving…'
          : status === 'saved'
            ? isOn
              ? 'Saved: available.'
              : 'Saved: unavailable.'
            : ''}
      </p>
      {fault ? (
        <Alert tone="danger" title={isOn ? 'Still available' : 'Still unavailable'} className="mt-2">
          {fault}
        </Alert>
      ) : null}
    </div>
  )
}
