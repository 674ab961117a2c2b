/** The pages of the settings. */
import { DashboardNav } from '#components/shell/dashboard-nav'
import { SearchIcon } from '#components/ui/frame-icons'
import { LockIcon, UserIcon } from '#components/ui/icons'

const ENTRIES = [
  { href: '/settings', label: 'Profile', Icon: UserIcon },
  { href: '/settings/searches', label: 'Searches', Icon: SearchIcon },
  { href: '/settings/tokens', label: 'API tokens', Icon: LockIcon },
]

export function SettingsNav({ currentHref }: { currentHref: string }) {
  return <DashboardNav label="Settings" entries={ENTRIES} currentHref={currentHref} />
}
