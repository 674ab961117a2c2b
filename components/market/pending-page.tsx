'use client'
/**
 * Shows that a page is on its way when a link takes longer than a moment: a skeleton of the page to come, or the present
 * list dimmed while it is only being narrowed. It stands in for Next's `loading` files, which would make every page
 * need scripts to appear and every missing one answer 200.
 */
import { usePathname, useSearchParams } from 'next/navigation'
import { type ComponentType, useEffect, useState } from 'react'
import { cx } from '../ui/cx.ts'

const PATIENCE_MS = 250
/** Whatever became of the link by then, the page that is here is better than a stand-in. */
const GIVE_UP_MS = 15_000

interface Skeletons {
  ListingSkeleton: ComponentType
  PackageSkeleton: ComponentType
}

interface Pending {
  /** The address that the link was followed from: the wait is over when it is no longer this one. */
  from: string
  path: string
}

export function PendingPage({ children }: { children: React.ReactNode }) {
  const path = usePathname()
  const here = `${path}?${useSearchParams().toString()}`
  const [pending, setPending] = useState<Pending | null>(null)
  const [skeletons, setSkeletons] = useState<Skeletons | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    function onClick(event: MouseEvent) {
      const target = routedTarget(event)
      if (!target) return
      clearTimeout(timer)
      // Not before somebody may come to see one. Without the network there is none, and the present page stays.
      import('./page-skeletons.tsx').then(setSkeletons, () => undefined)
      timer = setTimeout(() => {
        setPending({ from: here, path: target.pathname })
        timer = setTimeout(() => setPending(null), GIVE_UP_MS)
      }, PATIENCE_MS)
    }
    // On the window, so that the router has already claimed its clicks.
    window.addEventListener('click', onClick)
    return () => {
      window.removeEventListener('click', onClick)
      clearTimeout(timer)
      // The wait is over; coming back here later must not seem to be one again.
      setPending(null)
    }
  }, [here])

  const awaited = pending?.from === here ? pending.path : null
  const isSamePage = awaited === path
  const isReplaced = awaited !== null && !isSamePage && skeletons !== null
  return (
    <>
      <div
        hidden={isReplaced}
        aria-busy={awaited !== null}
        className={cx('transition-opacity', isSamePage && 'opacity-60')}
      >
        {children}
      </div>
      {isReplaced &&
        (awaited?.startsWith('/packages/') ? <skeletons.PackageSkeleton /> : <skeletons.ListingSkeleton />)}
    </>
  )
}

/** Where a click leads if Next's router took it: links prevent the browser's own way then. */
function routedTarget(event: MouseEvent): URL | null {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return null
  const url = new URL(link.href)
  const isElsewhere = url.pathname !== location.pathname || url.search !== location.search
  return url.origin === location.origin && isElsewhere ? url : null
}
