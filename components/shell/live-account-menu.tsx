'use client'
/**
 * The account menu of public pages. Their bytes are the same for everybody: they offer to sign in, or keep the menu's
 * place free for somebody who was signed in last time, until the browser has asked who is here.
 */
import { Skeleton } from '#components/ui/skeleton'
import { type ComponentType, useEffect, useState } from 'react'
import { SignedOut } from './signed-out.tsx'
import { useFreshViewer } from './viewer-store.ts'
import type { Viewer } from './viewer.ts'

type Menu = ComponentType<{ viewer: Viewer | null }>

export function LiveAccountMenu() {
  const viewer = useFreshViewer()
  const [Menu, setMenu] = useState<Menu | null>(null)
  const isSignedIn = Boolean(viewer)

  useEffect(() => {
    if (!isSignedIn) return
    import('./account-menu.tsx').then(
      ({ AccountMenu }) => setMenu(() => AccountMenu),
      () => undefined,
    )
  }, [isSignedIn])

  if (viewer && Menu) return <Menu viewer={viewer} />
  return (
    <>
      <div className="signed-out-only contents">
        <SignedOut />
      </div>
      <div aria-hidden="true" className="signed-in-only h-9 items-center gap-1.5 pr-2 pl-1">
        <Skeleton className="size-9 rounded-md" />
        <Skeleton className="h-7 w-12 rounded-md" />
      </div>
    </>
  )
}
