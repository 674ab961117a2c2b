/**
 * The head of every page: home, search, the main ways in, theme and account. Left to itself it is the same for
 * everybody, so that the page may be kept by caches, and the account is filled in by the browser.
 */
import { buttonClass } from '#components/ui/button'
import { MenuIcon } from '#components/ui/frame-icons'
import Link from 'next/link'
import { HeaderSearch } from '../search/header-search.tsx'
import { LiveAccountMenu } from './live-account-menu.tsx'
import { Wordmark } from './mark.tsx'
import { SkipLink } from './skip-link.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const NAV_ID = 'site-nav'

const WAYS_IN = [
  { href: '/search', label: 'Browse' },
  { href: '/#categories', label: 'Categories' },
  { href: '/dashboard', label: 'Sell' },
  { href: '/docs/api', label: 'API' },
]

export interface SiteHeaderProps {
  /** Instead of the account that the browser fills in: somebody's, or a placeholder of the same size. */
  account?: React.ReactNode
  /** Of a page that is rendered for one person. Left out on public pages. */
  isSignedIn?: boolean
}

export function SiteHeader({ account, isSignedIn }: SiteHeaderProps) {
  const offersSignIn = isSignedIn === false || account === undefined
  return (
    <header data-slot="site-header" className="sticky top-0 z-30 border-b border-line bg-canvas">
      <SkipLink />
      <div className="page-width flex h-14 items-center gap-2 sm:gap-4">
        <Link
          href="/"
          // Seldom followed at once: fetching it ahead would compete with the page itself.
          prefetch={false}
          aria-label="Souk, home"
          className="-ml-1 rounded-md p-1 max-sm:[&_span>span]:sr-only"
        >
          <Wordmark />
        </Link>
        <nav aria-label="Main" className="max-lg:hidden">
          <ul className="flex items-center">
            {WAYS_IN.map(({ href, label }) => (
              <li key={href}>
                <Link href={href} prefetch={false} className={buttonClass({ variant: 'quiet' }, 'px-2.5')}>
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="ml-auto min-w-0 flex-1 lg:max-w-sm">
          <HeaderSearch isSignedIn={isSignedIn} />
        </div>
        <div className="flex shrink-0 items-center gap-0.5 sm:gap-1.5">
          <ThemeToggle className="max-sm:hidden" />
          {account ?? <LiveAccountMenu />}
          <button
            type="button"
            popoverTarget={NAV_ID}
            aria-label="Menu"
            className={buttonClass({ variant: 'quiet', size: 'icon' }, 'lg:hidden')}
          >
            <MenuIcon className="text-lg" />
          </button>
        </div>
      </div>
      <div
        id={NAV_ID}
        popover="auto"
        className="popover-corner w-56 rounded-md border border-line bg-raised p-1 text-ink shadow-lg"
      >
        <nav aria-label="Menu">
          <ul>
            {WAYS_IN.map(({ href, label }) => (
              <MenuRow key={href} href={href} label={label} />
            ))}
            {offersSignIn ? (
              <MenuRow
                href="/sign-in"
                label="Sign in"
                className={isSignedIn === undefined ? 'signed-out-only' : undefined}
              />
            ) : null}
          </ul>
        </nav>
        <div className="flex items-center justify-between border-t border-line py-1 pl-3 text-sm text-muted sm:hidden">
          Theme
          <ThemeToggle />
        </div>
      </div>
    </header>
  )
}

function MenuRow({ href, label, className }: { href: string; label: string; className?: string }) {
  return (
    <li className={className}>
      <Link
        href={href}
        prefetch={false}
        className="flex min-h-10 items-center rounded-sm px-3 hover:bg-hover"
      >
        {label}
      </Link>
    </li>
  )
}
