'use client'
/** The pages that can be read without a network, newest first; and the way back to the one that was asked for. */
import { useEffect, useState } from 'react'

const PAGES_CACHE = 'souk-pages'
const SHOWN = 12
const COME_BACK_MS = 3000

interface Visited {
  href: string
  label: string
}

export function VisitedPages() {
  const [visited, setVisited] = useState<readonly Visited[]>([])
  useEffect(() => {
    let isGone = false
    void findVisited().then((found) => {
      if (!isGone) setVisited(found)
    })
    const stop = comeBackLater()
    return () => {
      isGone = true
      stop()
    }
  }, [])
  if (visited.length === 0) return null
  return (
    <section aria-labelledby="visited-heading" className="mx-auto mt-8 max-w-2xl">
      <h2 id="visited-heading" className="mb-2 font-display text-xl font-semibold">
        You can still read
      </h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-sm">
        {visited.map(({ href, label }) => (
          <li key={href}>
            {/* Not a Link: what Next would fetch for it is not kept, the page is. */}
            <a href={href} className="flex min-h-11 items-center px-4 text-sm wrap-anywhere hover:bg-hover">
              {label}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Goes where the reader wanted to go as soon as the server answers; a browser that is online may still not reach it. */
function comeBackLater(): () => void {
  // The address may since say which page was shown instead.
  const asked = performance.getEntriesByType('navigation')[0]?.name
  if (!asked || new URL(asked).pathname === '/offline') return () => undefined
  const attempt = () => {
    fetch('/api/health', { cache: 'no-store' }).then(
      (answer) => {
        if (answer.ok) location.replace(asked)
      },
      () => undefined,
    )
  }
  const timer = setInterval(attempt, COME_BACK_MS)
  window.addEventListener('online', attempt)
  return () => {
    clearInterval(timer)
    window.removeEventListener('online', attempt)
  }
}

async function findVisited(): Promise<Visited[]> {
  if (!('caches' in window) || !(await caches.has(PAGES_CACHE))) return []
  const cache = await caches.open(PAGES_CACHE)
  const requests = (await cache.keys()).toReversed().slice(0, SHOWN)
  return await Promise.all(
    requests.map(async ({ url }) => {
      const { pathname, search } = new URL(url)
      const markup = await cache.match(url).then((answer) => answer?.text())
      const title = /<title>([^<]*)<\/title>/.exec(markup ?? '')?.[1]
      const text = title
        ? (new DOMParser().parseFromString(title, 'text/html').body.textContent ?? title)
        : pathname
      return { href: pathname + search, label: text.replace(/ · Souk$/, '') }
    }),
  )
}
