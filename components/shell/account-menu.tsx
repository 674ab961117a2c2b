/**
 * The way into the account, or the account itself. The menu is a native popover: it opens, closes on Escape and gives
 * focus back without any script of ours, and signing out is a plain form.
 */
import { Badge } from '#components/ui/badge'
import { buttonClass } from '#components/ui/button'
import { ShieldCheckIcon } from '#components/catalog/icons'
import {
  BellIcon,
  ChevronDownIcon,
  GaugeIcon,
  KeyRoundIcon,
  LayoutDashboardIcon,
  LibraryIcon,
  LogOutIcon,
  ReceiptIcon,
  SettingsIcon,
  StoreIcon,
} from '#components/ui/icons'
import type { IconComponent } from '#components/ui/draw-icon'
import { Avatar } from '#components/ui/tile'
import Link from 'next/link'
import { WalletRow } from '../commerce/wallet-row.tsx'
import { SignedOut } from './signed-out.tsx'
import type { Viewer } from './viewer.ts'

const MENU_ID = 'account-menu'
const ROW_CLASS =
  'flex min-h-9 w-full items-center gap-2.5 rounded-sm px-2.5 text-left text-sm hover:bg-hover'

interface Destination {
  href: string
  label: string
  Icon: IconComponent
}

export function AccountMenu({ viewer }: { viewer: Viewer | null }) {
  if (!viewer) return <SignedOut />
  const name = viewer.displayName || viewer.email
  return (
    <div data-slot="account-menu" className="contents">
      <Bell unreadCount={viewer.unreadCount} />
      <button
        type="button"
        popoverTarget={MENU_ID}
        className="inline-flex h-9 items-center gap-1.5 rounded-md pr-2 pl-1 hover:bg-hover"
      >
        <Avatar name={name} />
        <span className="sr-only">Account of {name}</span>
        <ChevronDownIcon className="text-sm text-faint" />
      </button>
      <div
        id={MENU_ID}
        popover="auto"
        className="popover-corner w-60 rounded-md border border-line bg-raised p-1 text-ink shadow-lg"
      >
        <div className="border-b border-line px-2.5 pt-1.5 pb-2.5">
          <p className="truncate text-sm font-semibold">{name}</p>
          <p className="truncate text-xs text-muted">{viewer.email}</p>
          {viewer.roles.includes('operator') && (
            <Badge tone="brand" className="mt-1.5">
              Operator
            </Badge>
          )}
        </div>
        <nav aria-label="Account">
          <ul className="py-1">
            <li>
              <WalletRow className={ROW_CLASS} menuId={MENU_ID} />
            </li>
            {destinationsOf(viewer).map(({ href, label, Icon }) => (
              <li key={href}>
                <Link href={href} prefetch={false} className={ROW_CLASS}>
                  <Icon className="text-muted" />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <form method="post" action="/auth/sign-out" className="border-t border-line pt-1">
          <button type="submit" className={ROW_CLASS}>
            <LogOutIcon className="text-muted" />
            Sign out
          </button>
        </form>
      </div>
    </div>
  )
}

/** How much has not been read; the number is said, not only coloured. */
function Bell({ unreadCount }: { unreadCount: number }) {
  const label = unreadCount === 0 ? 'Notifications' : `Notifications, ${Math.min(unreadCount, 99)} unread`
  return (
    <Link
      href="/notifications"
      prefetch={false}
      aria-label={label}
      title={label}
      className={buttonClass({ variant: 'quiet', size: 'icon' }, 'relative')}
    >
      <BellIcon className="text-lg" />
      {unreadCount > 0 ? (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0 min-w-4 rounded-full bg-brand px-1 text-center text-2xs leading-4 text-on-brand tabular"
        >
          {unreadCount > 99 ? '99+' : unreadCount}
        </span>
      ) : null}
    </Link>
  )
}

function destinationsOf({ storeSlug, roles }: Viewer): Destination[] {
  return [
    { href: '/library', label: 'Library', Icon: LibraryIcon },
    { href: '/orders', label: 'Orders', Icon: ReceiptIcon },
    ...(roles.includes('operator') ? [{ href: '/operator', label: 'Operator', Icon: ShieldCheckIcon }] : []),
    ...(storeSlug
      ? [
          { href: '/dashboard', label: 'Dashboard', Icon: LayoutDashboardIcon },
          { href: `/stores/${storeSlug}`, label: 'Your store', Icon: StoreIcon },
        ]
      : [{ href: '/dashboard', label: 'Sell on Souk', Icon: StoreIcon }]),
    { href: '/usage', label: 'Usage and budgets', Icon: GaugeIcon },
    { href: '/settings', label: 'Settings', Icon: SettingsIcon },
    { href: '/settings/tokens', label: 'API tokens', Icon: KeyRoundIcon },
  ]
}
