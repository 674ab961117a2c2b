/** The frame of the public pages. They are rendered for each request: what is for sale is never known at build time. */
import { PendingPage } from '#components/market/pending-page'
import { SiteFooter } from '#components/shell/site-footer'
import { SiteHeader } from '#components/shell/site-header'
import { getViewer } from '#lib/identity/get-viewer'

export const dynamic = 'force-dynamic'

export default async function MarketLayout({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader viewer={await getViewer()} />
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        <PendingPage>{children}</PendingPage>
      </main>
      <SiteFooter />
    </div>
  )
}
