/** Says what was just decided, above the case, and leads on to the next one. */
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import { DONE_WORDS } from './case-words.ts'

export function CaseNotice({ done, waiting }: { done: string | string[] | undefined; waiting: number }) {
  if (typeof done !== 'string' || !isAction(done)) return null
  return (
    <Alert tone="success" title={DONE_WORDS[done]} className="mb-6">
      <div className="flex flex-wrap items-center gap-x-4">
        <p>
          {done === 'delete'
            ? 'The number stays, with your reason, and is never used again.'
            : 'It holds at once, everywhere, and the seller has been told.'}
        </p>
        {waiting > 0 ? (
          <ButtonLink href="/operator/approvals" prefetch={false} variant="link">
            {waiting} still waiting
          </ButtonLink>
        ) : null}
      </div>
    </Alert>
  )
}

function isAction(text: string): text is keyof typeof DONE_WORDS {
  return Object.hasOwn(DONE_WORDS, text)
}
