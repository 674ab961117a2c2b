'use client'
/** Whether searches are remembered at all. A form with one button: it works without scripts, and says what is the case. */
import { type FormState, idleForm } from '#lib/identity/form-state'
import { useActionState } from 'react'
import { FormFeedback } from '../identity/form-feedback.tsx'
import { SubmitButton } from '../identity/submit-button.tsx'

interface SearchHistorySwitchProps {
  isKept: boolean
  action: (previous: FormState, form: FormData) => Promise<FormState>
}

export function SearchHistorySwitch({ isKept, action }: SearchHistorySwitchProps) {
  const [state, formAction] = useActionState(action, idleForm)
  return (
    <form action={formAction} className="grid justify-items-start gap-3">
      <FormFeedback state={state} />
      <p role="status">
        {isKept ? (
          <>
            Your last searches are <strong>kept</strong>, so that the search box can offer them again.
          </>
        ) : (
          <>
            Your searches are <strong>not kept</strong>.
          </>
        )}
      </p>
      <p className="text-sm text-muted">
        Only you see them. What several people search for shows among the trending searches, without
        anybody&apos;s name. {isKept ? 'Switching this off deletes what was kept.' : ''}
      </p>
      <input type="hidden" name="isKept" value={String(!isKept)} />
      <SubmitButton variant={isKept ? 'secondary' : 'primary'} pendingLabel="Saving…">
        {isKept ? 'Stop keeping my searches' : 'Keep my searches'}
      </SubmitButton>
    </form>
  )
}
