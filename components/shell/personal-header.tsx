/** The head of a page that is rendered for one person, or for somebody who is not signed in. */
import { AccountMenu } from './account-menu.tsx'
import { SiteHeader } from './site-header.tsx'
import type { Viewer } from './viewer.ts'

export function PersonalHeader({ viewer }: { viewer: Viewer | null }) {
  return <SiteHeader account={<AccountMenu viewer={viewer} />} isSignedIn={viewer !== null} />
}
