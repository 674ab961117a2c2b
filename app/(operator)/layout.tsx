/** What all pages for operators share. For everybody else they are not there. */
import { SiteFooter } from '#components/shell/site-footer'
import { PersonalHeader } from '#components/shell/personal-header'
import { getViewer } from '#lib/identity/get-viewer'
import { requireOperator } from '#lib/identity/require-user'
import type { Metadata } from 'next'

export const metadata: Metadata = { robots: { index: false, follow: false }, referrer: 'same-origin' }

export default async function OperatorLayout({ children }: { children: React.ReactNode }) {
  await requireOperator()
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
