/** The frame of the documentation. It asks nothing about the viewer, so that each page is rendered once for everybody. */
import { SiteFooter } from '#components/shell/site-footer'
import { SiteHeader } from '#components/shell/site-header'
import { buttonClass } from '#components/ui/button'
import Link from 'next/link'

const account = (
  <Link href="/settings" prefetch={false} className={buttonClass({ variant: 'quiet' })}>
    Account
  </Link>
)

export default function DocsLayout({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader account={account} />
      <main id="main" className="page-width flex-1">
        {children}
      </main>
      <SiteFooter />
    </div>
  )
}
