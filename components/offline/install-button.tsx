'use client'
/** Offers to install Souk, at the foot of the page, only while the browser would do it. */
import { Button } from '#components/ui/button'
import { DownloadIcon } from '#components/ui/frame-icons'
import { usePathname } from 'next/navigation'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

declare global {
  interface Window {
    /** Caught by /theme.js. */
    soukInstall?: InstallPrompt | undefined
  }
}

const CHANGED = 'souk-installable'

function subscribe(listener: () => void) {
  const done = () => {
    window.soukInstall = undefined
    listener()
  }
  window.addEventListener(CHANGED, listener)
  window.addEventListener('appinstalled', done)
  return () => {
    window.removeEventListener(CHANGED, listener)
    window.removeEventListener('appinstalled', done)
  }
}

export function InstallButton() {
  const prompt = useSyncExternalStore(
    subscribe,
    () => window.soukInstall,
    () => undefined,
  )
  const place = useFooterPlace()
  if (!prompt || !place) return null
  const install = () => {
    // A browser lets each offer be taken up once.
    window.soukInstall = undefined
    window.dispatchEvent(new Event(CHANGED))
    void prompt.prompt()
  }
  return createPortal(
    <Button variant="secondary" onClick={install}>
      <DownloadIcon />
      Install Souk
    </Button>,
    place,
  )
}

/** Each frame of pages draws a foot of its own. */
function useFooterPlace(): Element | null {
  const pathname = usePathname()
  const [place, setPlace] = useState<Element | null>(null)
  useEffect(() => {
    const find = () => setPlace(document.querySelector('[data-slot="install"]'))
    const frame = requestAnimationFrame(find)
    return () => cancelAnimationFrame(frame)
  }, [pathname])
  return place
}
