'use client'
/** One's own review: written, changed and taken back where the others are read. It works without JavaScript. */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ButtonLink } from '#components/ui/button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import { Khatim } from '#components/ui/khatim'
import { REVIEW_MAX_LENGTH } from '#lib/catalog/rules'
import type { OwnReview } from '#lib/catalog/schemas'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { useActionState } from 'react'

/** Whether the reader may review, and if not, why. */
export type ReviewStanding = 'open' | 'signed-out' | 'own' | 'locked' | 'closed'

type Action = (previous: FormState, form: FormData) => Promise<FormState>

export interface WriteReviewProps {
  handle: string
  own: OwnReview | null
  standing: ReviewStanding
  signInHref: string
  writeAction: Action
  deleteAction: Action
}

export function WriteReview(props: WriteReviewProps) {
  switch (props.standing) {
    case 'open':
      return <ReviewForm key={props.own ? 'own' : 'none'} {...props} />
    case 'signed-out':
      return (
        <ButtonLink href={props.signInHref} prefetch={false} variant="secondary" className="mt-5">
          Sign in to review it
        </ButtonLink>
      )
    case 'locked':
      return <p className="mt-5 text-sm text-muted">Those who have bought it can review it.</p>
    case 'own':
    case 'closed':
      return null
  }
}

function ReviewForm({ handle, own, writeAction, deleteAction }: WriteReviewProps) {
  const [state, write] = useActionState(writeAction, idleForm)
  const rating = Number(typed(state, 'rating') ?? own?.rating ?? 0)
  return (
    <section aria-label="Your review" className="mt-5 rounded-lg border border-line bg-surface p-4">
      <form action={write} className="grid gap-4">
        <FormFeedback state={state} />
        <input type="hidden" name="handle" value={handle} />
        <Stars rating={rating} error={state.fieldErrors.rating} />
        <TextareaField
          label="What should others know?"
          name="body"
          optional
          maxLength={REVIEW_MAX_LENGTH}
          rows={3}
          defaultValue={typed(state, 'body') ?? own?.body ?? ''}
          error={state.fieldErrors.body}
        />
        <div className="flex flex-wrap items-center gap-2">
          <SubmitButton pendingLabel="Saving…">{own ? 'Save changes' : 'Publish review'}</SubmitButton>
          <p role="status" className="text-sm text-muted">
            {state.status === 'done' ? 'Saved.' : ''}
          </p>
        </div>
      </form>
      {own ? <DeleteReview handle={handle} deleteAction={deleteAction} /> : null}
    </section>
  )
}

/** Radio buttons, drawn as the stars up to the chosen one. */
function Stars({ rating, error }: { rating: number; error: string | undefined }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Your rating</legend>
      <div className="flex">
        {[1, 2, 3, 4, 5].map((stars) => (
          <label
            key={stars}
            className="group relative grid size-8 cursor-pointer place-items-center rounded-md has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="rating"
              value={stars}
              defaultChecked={stars === rating}
              required
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <span className="sr-only">{stars === 1 ? '1 star' : `${stars} stars`}</span>
            <svg
              aria-hidden="true"
              viewBox="0 0 16 16"
              className="size-6 fill-line group-has-checked:fill-accent [label:has(~label_input:checked)>&]:fill-accent"
            >
              <Khatim x={8} y={8} reach={6} />
            </svg>
          </label>
        ))}
      </div>
      {error ? <p className="mt-1 text-xs font-medium text-danger">{error}</p> : null}
    </fieldset>
  )
}

function DeleteReview({ handle, deleteAction }: Pick<WriteReviewProps, 'handle' | 'deleteAction'>) {
  const [state, remove] = useActionState(deleteAction, idleForm)
  return (
    <div className="mt-3 border-t border-line pt-3">
      <ConfirmPopover
        id="delete-review"
        trigger="Delete my review"
        triggerVariant="link"
        title="Delete your review?"
      >
        <form action={remove} className="grid gap-4">
          <FormFeedback state={state} />
          <input type="hidden" name="handle" value={handle} />
          <p className="text-sm text-muted">Your rating no longer counts. You can write another one later.</p>
          <SubmitButton variant="danger" pendingLabel="Deleting…" className="justify-self-end">
            Delete
          </SubmitButton>
        </form>
      </ConfirmPopover>
    </div>
  )
}
