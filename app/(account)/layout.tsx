import { SiteFooter } from '#components/shell/site-footer'
import { PersonalHeader } from '#components/shell/personal-header'
import { getViewer } from '#lib/identity/get-viewer'
import type { Metadata } from 'next'

/**
 * Private pages: nothing here belongs in a search engine, and no address of theirs (one holds a reset link's secret) in
 * another site's log. Not `no-referrer`: browsers would then post forms with `Origin: null`, which is refused.
 */
export const metadata: Metadata = { robots: { index: false, follow: false }, referrer: 'same-origin' }

export default async function AccountLayout({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <PersonalHeader viewer={await getViewer()} />
      <main id="main" className="page-width flex-1">
        {children}
      </main>
      <SiteFooter />
    </div>
  )
}
