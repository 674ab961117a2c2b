'use client'
/** Where a new seller stands on the way to the first package. After a step is done, the next one's heading has the focus. */
import { CheckIcon } from '#components/ui/icons'
import { useEffect, useRef } from 'react'
import { cx } from '../ui/cx.ts'

export type OnboardingStep = 'store' | 'namespace' | 'package'

const STEPS: readonly { key: OnboardingStep; label: string }[] = [
  { key: 'store', label: 'Open your store' },
  { key: 'namespace', label: 'Claim a namespace' },
  { key: 'package', label: 'Publish a package' },
]

export interface OnboardingStepsProps {
  current: OnboardingStep
  title: string
  lead: React.ReactNode
  children: React.ReactNode
}

export function OnboardingSteps({ current, title, lead, children }: OnboardingStepsProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(current)

  useEffect(() => {
    if (shown.current === current) return
    shown.current = current
    heading.current?.focus()
  }, [current])

  const position = STEPS.findIndex(({ key }) => key === current)
  return (
    <div data-slot="onboarding" className="max-w-3xl">
      <ol aria-label="Steps" className="mb-6 flex flex-wrap items-center gap-x-2 gap-y-3">
        {STEPS.map(({ key, label }, index) => (
          <Step key={key} label={label} number={index + 1} state={stateOf(index, position)} />
        ))}
      </ol>
      <section
        aria-labelledby="onboarding-title"
        className="rounded-lg border border-line bg-surface p-5 shadow-sm sm:p-7"
      >
        <h2
          id="onboarding-title"
          ref={heading}
          tabIndex={-1}
          className="font-display text-2xl font-semibold outline-none"
        >
          {title}
        </h2>
        <div className="mt-1.5 max-w-prose text-muted">{lead}</div>
        <div className="mt-6">{children}</div>
      </section>
    </div>
  )
}

type StepState = 'done' | 'current' | 'ahead'

function stateOf(index: number, position: number): StepState {
  if (index < position) return 'done'
  return index === position ? 'current' : 'ahead'
}

function Step({ label, number, state }: { label: string; number: number; state: StepState }) {
  return (
    <li
      aria-current={state === 'current' ? 'step' : undefined}
      className={cx(
        'flex items-center gap-2 text-sm',
        number > 1 && 'before:h-px before:w-6 before:bg-control/50 before:content-[""] max-sm:before:w-3',
        state === 'current' ? 'font-semibold' : 'text-muted max-sm:[&>.step-label]:sr-only',
      )}
    >
      <span
        className={cx(
          'inline-flex size-6 items-center justify-center rounded-full text-xs font-semibold tabular',
          state === 'current' && 'bg-brand text-on-brand',
          state === 'done' && 'bg-success-soft text-success',
          state === 'ahead' && 'border border-control/60 text-muted',
        )}
      >
        {state === 'done' ? <CheckIcon /> : number}
      </span>
      <span className="step-label">
        {label}
        {state === 'done' ? <span className="sr-only"> (done)</span> : null}
      </span>
    </li>
  )
}
