/** The way into an account, for somebody who has none or is not in it. */
import { ButtonLink } from '#components/ui/button'

export function SignedOut() {
  return (
    <div data-slot="account-menu" className="flex items-center gap-1.5">
      <ButtonLink href="/sign-in" prefetch={false} variant="quiet" className="max-sm:hidden">
        Sign in
      </ButtonLink>
      <ButtonLink href="/sign-up" prefetch={false} className="max-sm:h-8 max-sm:px-2.5">
        Join
      </ButtonLink>
    </div>
  )
}
