/** How far a publication is: written, checked, looked at, published. It shows; the workbench decides. */
import { CheckIcon } from '#components/ui/icons'
import { cx } from '../ui/cx.ts'

const STEPS = ['Write', 'Check', 'Preview', 'Publish'] as const
type PublishStep = (typeof STEPS)[number]

/** Where a text stands: nothing yet, with faults, sound and being looked at, or on its way. */
export function stepOf(text: string, isSound: boolean, isSending: boolean): PublishStep {
  if (isSending) return 'Publish'
  if (text.trim() === '') return 'Write'
  return isSound ? 'Preview' : 'Check'
}

export function PublishSteps({ current, isDone = false }: { current: PublishStep; isDone?: boolean }) {
  const position = STEPS.indexOf(current)
  return (
    <ol aria-label="Steps" className="mb-2 flex flex-wrap gap-x-2 gap-y-1 text-sm lg:col-span-2">
      {STEPS.map((step, index) => {
        const isPast = index < position || isDone
        return (
          <li
            key={step}
            aria-current={step === current && !isDone ? 'step' : undefined}
            className={cx(
              'flex items-center gap-2',
              index > 0 && "before:h-px before:w-4 before:bg-line before:content-[''] sm:before:w-8",
              step === current ? 'font-semibold text-ink' : 'text-muted',
            )}
          >
            <span
              aria-hidden="true"
              className={cx(
                'grid size-6 place-items-center rounded-full text-xs tabular',
                isPast
                  ? 'bg-success-soft text-success'
                  : step === current
                    ? 'bg-brand text-on-brand'
                    : 'bg-sunken text-muted',
              )}
            >
              {isPast ? <CheckIcon /> : index + 1}
            </span>
            {step}
            {isPast ? <span className="sr-only"> (done)</span> : null}
          </li>
        )
      })}
    </ol>
  )
}
