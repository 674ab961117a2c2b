/**
 * The head of every page: home, search, the main ways in, theme and account. `account` replaces the menu where a page
 * must stay cacheable and the viewer is filled in by somebody else.
 */
import { buttonClass } from '#components/ui/button'
import { MenuIcon } from '#components/ui/icons'
import Link from 'next/link'
import { HeaderSearch } from '../search/header-search.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Wordmark } from './mark.tsx'
import { SkipLink } from './skip-link.tsx'
import { ThemeToggle } from './theme-toggle.tsx'
import type { Viewer } from './viewer.ts'

const NAV_ID = 'site-nav'

const WAYS_IN = [
  { href: '/search', label: 'Browse' },
  { href: '/#categories', label: 'Categories' },
  { href: '/dashboard', label: 'Sell' },
  { href: '/docs/api', label: 'API' },
]

export interface SiteHeaderProps {
  viewer?: Viewer | null
  /** Instead of the account menu of `viewer`: a placeholder of the same size. */
  account?: React.ReactNode
}

export function SiteHeader({ viewer = null, account }: SiteHeaderProps) {
  const menu = viewer || account ? WAYS_IN : [...WAYS_IN, { href: '/sign-in', label: 'Sign in' }]
  return (
    <header data-slot="site-header" className="sticky top-0 z-30 border-b border-line bg-canvas">
      <SkipLink />
      <div className="page-width flex h-14 items-center gap-2 sm:gap-4">
        <Link href="/" aria-label="Souk, home" className="-ml-1 rounded-md p-1 max-sm:[&_span>span]:sr-only">
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
          <HeaderSearch isSignedIn={viewer !== null} />
        </div>
        <div className="flex shrink-0 items-center gap-0.5 sm:gap-1.5">
          <ThemeToggle className="max-sm:hidden" />
          {account ?? <AccountMenu viewer={viewer} />}
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
            {menu.map(({ href, label }) => (
              <li key={href}>
                <Link
                  href={href}
                  prefetch={false}
                  className="flex min-h-10 items-center rounded-sm px-3 hover:bg-hover"
                >
                  {label}
                </Link>
              </li>
            ))}
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
