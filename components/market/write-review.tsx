'use client'
/**
 * One's own review: written, changed and taken back where the others are read. The page is the same for everybody, so what
 * belongs to its reader is asked for by the browser.
 */
import { FormFeedback } from '#components/identity/form-feedback'
import { SubmitButton } from '#components/identity/submit-button'
import { ButtonLink } from '#components/ui/button'
import { ConfirmPopover } from '#components/ui/confirm-popover'
import { TextareaField } from '#components/ui/field'
import { Khatim } from '#components/ui/khatim'
import { REVIEW_MAX_LENGTH } from '#lib/catalog/rules'
import type { getReviewEndpoint } from '#lib/catalog/endpoints'
import type { OwnReview, ReviewState } from '#lib/catalog/schemas'
import { callApi } from '#lib/client/api'
import { type FormState, idleForm, typed } from '#lib/identity/form-state'
import { startTransition, useActionState, useEffect, useState } from 'react'
import { useViewer } from '../shell/viewer-store.ts'

/** That a review is saved is told no later than this, whether or not it can be read again. */
const REFRESH_MS = 4_000

type Change = 'written' | 'deleted'
type Action = (previous: FormState, form: FormData) => Promise<FormState>

export interface WriteReviewProps {
  handle: string
  /** Nobody may review it now. */
  isClosed: boolean
  signInHref: string
  writeAction: Action
  deleteAction: Action
}

export function WriteReview(props: WriteReviewProps) {
  const viewer = useViewer()
  const [state, setState] = useState<ReviewState | null>(null)
  const [deletions, setDeletions] = useState(0)
  const { handle, isClosed, signInHref } = props
  const isSignedIn = Boolean(viewer)

  useEffect(() => {
    if (!isSignedIn || isClosed) return
    let isAwaited = true
    // Without an answer nothing is offered; the reviews of others stand above.
    void askForReview(handle).then((answer) => isAwaited && setState(answer))
    return () => {
      isAwaited = false
    }
  }, [isSignedIn, isClosed, handle])

  /** Part of the change itself: a form that came back earlier would lose what is chosen in it meanwhile. */
  const refresh = async (change: Change) => {
    const answer = await askForReview(handle, REFRESH_MS)
    // Without an answer the form stays as it is, with what it has to say.
    if (!answer) return
    startTransition(() => {
      setState(answer)
      if (change === 'deleted') setDeletions((count) => count + 1)
    })
  }

  if (isClosed) return null
  if (!isSignedIn || state?.standing === 'signed-out') {
    return (
      <ButtonLink
        href={signInHref}
        prefetch={false}
        variant="secondary"
        className={viewer === null ? 'mt-5' : 'signed-out-only mt-5'}
      >
        Sign in to review it
      </ButtonLink>
    )
  }
  switch (state?.standing) {
    case 'open':
      return (
        // A new form after a deletion: what was said of the old review is over.
        <ReviewForm key={deletions} {...props} own={state.review} onChanged={refresh} />
      )
    case 'locked':
      return <p className="mt-5 text-sm text-muted">Those who have bought it can review it.</p>
    case 'own':
    case 'closed':
    case undefined:
      return null
  }
}

async function askForReview(handle: string, timeoutMs?: number): Promise<ReviewState | null> {
  const path = `/api/packages/${handle}/review` as const
  return await callApi<typeof getReviewEndpoint>({ method: 'GET', path, timeoutMs }).catch(() => null)
}

type ReviewFormProps = Pick<WriteReviewProps, 'handle' | 'writeAction' | 'deleteAction'> & {
  own: OwnReview | null
  onChanged: (change: Change) => Promise<void>
}

function ReviewForm({ handle, own, writeAction, deleteAction, onChanged }: ReviewFormProps) {
  const [state, write] = useActionState(
    andThen(writeAction, () => onChanged('written')),
    idleForm,
  )
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
      {own ? <DeleteReview {...{ handle, deleteAction, onChanged }} /> : null}
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

/** Also after a refusal: it may have been changed in another window. */
function andThen(action: Action, onChanged: () => Promise<void>): Action {
  return async (previous, form) => {
    const state = await action(previous, form)
    await onChanged()
    return state
  }
}

function DeleteReview({
  handle,
  deleteAction,
  onChanged,
}: Pick<ReviewFormProps, 'handle' | 'deleteAction' | 'onChanged'>) {
  const [state, remove] = useActionState(
    andThen(deleteAction, () => onChanged('deleted')),
    idleForm,
  )
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
