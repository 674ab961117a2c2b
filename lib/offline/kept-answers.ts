/**
 * Owns the worker's caches: what stands in which, when it was put there, and that none grows beyond its limit. What may
 * be kept at all is decided in `cache-rules.ts`.
 */
import { ageOf, assetsOf, COPY_FRESH_MS, isPublicPage, markKept, mayKeep, surplus } from './cache-rules.ts'

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

let timesForgotten = 0
let forgottenAtMs = 0

/** How often visits were forgotten: taken where a request begins, so that what was under way then is not kept after. */
export function visitsBefore(): number {
  return timesForgotten
}

/** Whether a visit since then has begun after visits were last forgotten. */
export function isOfNow(sinceMs: number): boolean {
  return sinceMs >= forgottenAtMs
}

/** Where somebody has been is theirs: the next person at this device finds nothing of it. */
export async function forgetVisits(): Promise<void> {
  timesForgotten += 1
  forgottenAtMs = Date.now()
  await Promise.all([PAGES, DATA].map((name) => caches.delete(name)))
}

/**
 * Keeps a copy if it may be kept; never fails, since the answer is good without.
 * @param begunAt `visitsBefore` as it was when the answer was asked for
 */
export async function keep(name: string, request: Request, answer: Response, begunAt: number): Promise<void> {
  if (!mayKeep(request, answer)) return
  const headers = new Headers(answer.headers)
  headers.set(KEPT_AT, String(Date.now()))
  const { status, statusText } = answer
  try {
    const cache = await caches.open(name)
    const body = await answer.blob()
    await cache.put(request.url, new Response(body, { status, statusText, headers }))
    if (name !== FILES && begunAt !== timesForgotten) await cache.delete(request.url)
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

const copying = new Set<string>()

/**
 * What a stranger sees at a public address, with the files it needs: for pages that were opened past the worker, and for
 * those of which this reader was shown one of their own. Nothing goes along that says who they are.
 * @param begunAt `visitsBefore` as it was when the page was asked for, where that was before
 */
export async function keepPublicCopy(address: string, begunAt = timesForgotten): Promise<void> {
  const url = new URL(address, self.location.origin)
  url.hash = ''
  if (url.origin !== self.location.origin || !isPublicPage(url.pathname) || copying.has(url.href)) return
  copying.add(url.href)
  try {
    // Nobody looks at the copy: it counts as no view.
    const headers = { accept: 'text/html', purpose: 'prefetch' }
    const request = new Request(url, { headers, credentials: 'omit' })
    const known = await findKept(request, PAGES)
    if (known && ageOfKept(known, COPY_FRESH_MS) === 'fresh') return
    const answer = await fetch(request)
    if (!mayKeep(request, answer)) return
    const html = await answer.clone().text()
    await keep(PAGES, request, answer, begunAt)
    await Promise.all(assetsOf(html).map((path) => keepFile(new Request(new URL(path, url)))))
  } catch {
    // Offline already: it is kept when it is visited again.
  } finally {
    copying.delete(url.href)
  }
}

async function keepFile(request: Request): Promise<void> {
  if (!(await findKept(request, FILES))) await keep(FILES, request, await fetch(request), timesForgotten)
}

/** The copy of a page, which says that it is one. */
export async function findKeptPage(request: Request): Promise<Response | undefined> {
  const kept = await findKept(request, PAGES)
  if (!kept) return undefined
  const headers = new Headers(kept.headers)
  // Of other bytes than these.
  for (const name of ['content-length', 'content-encoding', 'etag']) headers.delete(name)
  const html = markKept(await kept.text(), Number(headers.get(KEPT_AT)) || 0)
  return new Response(html, { status: kept.status, headers })
}
