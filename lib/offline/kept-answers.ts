/**
 * Owns the worker's caches: what stands in which, when it was put there, and that none grows beyond its limit. What may
 * be kept at all is decided in `cache-rules.ts`.
 */
import { ageOf, assetsOf, mayKeep, surplus } from './cache-rules.ts'

export const PAGES = 'souk-pages'
export const FILES = 'souk-files'
export const DATA = 'souk-data'
const SHELL = 'souk-shell-'
export const OFFLINE_PAGE = '/offline'
const KEPT_AT = 'x-souk-kept-at'

export const shellOf = (build: string) => SHELL + build

/** Fails as a whole when one of them cannot be had: a worker without its shell is not installed. */
export async function keepShell(build: string, paths: readonly string[]): Promise<void> {
  const shell = await caches.open(shellOf(build))
  await Promise.all(
    paths.map(async (path) => {
      // Files have their content in their name; pages must not come from the browser's cache of the last build.
      const cache = path.startsWith('/_next/static/') ? 'default' : 'reload'
      const answer = await fetch(path, { cache, credentials: 'omit' })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      await shell.put(path, answer)
    }),
  )
}

/** Shells of builds before this one. Files and pages stay: tabs of the last build still use them. */
export async function dropOldShells(build: string): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith(SHELL) && name !== shellOf(build))
  await Promise.all(old.map((name) => caches.delete(name)))
}

/** Where somebody has been is theirs: the next person at this device finds nothing of it. */
export async function forgetVisits(): Promise<void> {
  await Promise.all([PAGES, DATA].map((name) => caches.delete(name)))
}

/** Keeps a copy if it may be kept; never fails, since the answer is good without. */
export async function keep(name: string, request: Request, answer: Response): Promise<void> {
  if (!mayKeep(request, answer)) return
  const headers = new Headers(answer.headers)
  headers.set(KEPT_AT, String(Date.now()))
  const { status, statusText } = answer
  try {
    const cache = await caches.open(name)
    const body = await answer.blob()
    await cache.put(request.url, new Response(body, { status, statusText, headers }))
    for (const entry of surplus(await cache.keys())) await cache.delete(entry)
  } catch {
    // The device is full, or the cache was just deleted.
  }
}

export async function findKept(request: Request, ...names: string[]): Promise<Response | undefined> {
  for (const name of names) {
    const cache = await caches.open(name)
    const found = await cache.match(request.url, { ignoreVary: true })
    if (found) return found
  }
  return undefined
}

export async function findInShell(build: string, path: string): Promise<Response | undefined> {
  const shell = await caches.open(shellOf(build))
  return await shell.match(path, { ignoreVary: true })
}

export function ageOfKept(answer: Response, freshMs: number): ReturnType<typeof ageOf> {
  return ageOf(Number(answer.headers.get(KEPT_AT)) || 0, Date.now(), freshMs)
}

/** A page that was open before the worker was: it, and what it needs, as if it had come through here. */
export async function keepOpenPage(url: string): Promise<void> {
  try {
    const request = new Request(url, { headers: { accept: 'text/html' } })
    const answer = await fetch(request)
    const html = await answer.clone().text()
    if (!mayKeep(request, answer)) return
    await keep(PAGES, request, answer)
    await Promise.all(
      assetsOf(html).map(async (path) => {
        const asset = new Request(new URL(path, url))
        await keep(FILES, asset, await fetch(asset))
      }),
    )
  } catch {
    // Offline already: it is kept when it is visited again.
  }
}
