/**
 * The frame of the public pages. They are never rendered at build time, which knows nothing of what is for sale, and ask
 * nothing about the viewer: one rendering serves everybody.
 */
import { PendingPage } from '#components/market/pending-page'
import { SiteFooter } from '#components/shell/site-footer'
import { SiteHeader } from '#components/shell/site-header'

export const dynamic = 'force-dynamic'

export default function MarketLayout({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader />
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        <PendingPage>{children}</PendingPage>
      </main>
      <SiteFooter />
    </div>
  )
}
