/** What a page says while the database cannot be reached: that it is our side, that it passes, and how to try again. */
import { ErrorState } from '#components/ui/error-state'
import { ButtonLink, buttonClass } from '#components/ui/button'

export function UnavailableMessage() {
  return (
    <div className="page-width py-16">
      <h1 className="sr-only">Not available just now</h1>
      <ErrorState
        title="The market is closed for a moment"
        actions={
          <>
            {/* The same address again, with a full load. */}
            <form method="get">
              <button type="submit" className={buttonClass({})}>
                Try again
              </button>
            </form>
            <ButtonLink href="/" variant="secondary">
              Home
            </ButtonLink>
          </>
        }
      >
        Our database cannot be reached. Nothing is lost, and it usually passes within a minute.
      </ErrorState>
    </div>
  )
}
