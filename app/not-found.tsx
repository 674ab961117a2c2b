/** Any address that is no page at all. It asks nothing about the viewer, so that it is rendered once for everybody. */
import { NotFoundMessage } from '#components/market/not-found-message'
import { SiteFooter } from '#components/shell/site-footer'
import { SiteHeader } from '#components/shell/site-header'
import { ButtonLink } from '#components/ui/button'
import type { Metadata } from 'next'

export const metadata: Metadata = { title: 'Page not found' }

const account = (
  <ButtonLink href="/settings" prefetch={false} variant="quiet">
    Account
  </ButtonLink>
)

export default function NotFound() {
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader account={account} />
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        <NotFoundMessage />
      </main>
      <SiteFooter />
    </div>
  )
}
