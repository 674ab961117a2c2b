/** Shown by the service worker in the place of a page that it has never seen, while there is no network. */
import { VisitedPages } from '#components/offline/visited-pages'
import { SiteFooter } from '#components/shell/site-footer'
import { SiteHeader } from '#components/shell/site-header'
import { EmptyState } from '#components/ui/empty-state'
import type { Metadata } from 'next'

export const metadata: Metadata = { title: 'Offline', robots: { index: false } }

export default function OfflinePage() {
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader />
      <main id="main" tabIndex={-1} className="page-width flex-1 outline-none">
        <h1 className="sr-only">Offline</h1>
        <EmptyState title="You are offline" className="mx-auto mt-10 max-w-2xl">
          This page was not opened on this device before. It comes by itself once there is a connection.
        </EmptyState>
        <VisitedPages />
      </main>
      <SiteFooter />
    </div>
  )
}
