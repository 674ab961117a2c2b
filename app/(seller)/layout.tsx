/** What all pages for sellers share: the shell, and that they are nobody else's, so search engines stay out. */
import { SiteFooter } from '#components/shell/site-footer'
import { PersonalHeader } from '#components/shell/personal-header'
import { getViewer } from '#lib/identity/get-viewer'
import type { Metadata } from 'next'

export const metadata: Metadata = { robots: { index: false, follow: false }, referrer: 'same-origin' }

export default async function SellerLayout({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <PersonalHeader viewer={await getViewer()} />
      <main id="main" className="flex-1">
        {children}
      </main>
      <SiteFooter />
    </div>
  )
}
