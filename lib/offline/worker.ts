/**
 * The service worker: visited pages, files and public data without a network, and purchases that wait for one. Built
 * into /sw.js after the production build. It only wires; decisions are in `cache-rules.ts`. A new one waits until a
 * page says that the reader agreed.
 */
import { drainOutbox, emptyForSignOut, OUTBOX } from '#lib/client/outbox'
import { readWorkerMessage, TAKEN } from '#lib/client/worker-messages'
import { handlingOf, isAway, isPublicPage, isSignedOut, mayKeep } from './cache-rules.ts'
import {
  ageOfKept,
  DATA,
  dropOldShells,
  FILES,
  findInShell,
  findKept,
  findKeptPage,
  forgetVisits,
  isOfNow,
  keep,
  keepPublicCopy,
  keepShell,
  OFFLINE_PAGE,
  PAGES,
  visitsBefore,
} from './kept-answers.ts'
import type { FetchEvent, WorkerMessageEvent, WorkerScope } from './worker-scope.ts'

/** Written in by the build: its name, and the addresses that make up the shell. */
declare const SOUK_BUILD: string
declare const SOUK_SHELL: readonly string[]

const scope = self as unknown as WorkerScope

scope.addEventListener('install', (event) => event.waitUntil(keepShell(SOUK_BUILD, SOUK_SHELL)))

scope.addEventListener('activate', (event) => event.waitUntil(takeOver()))

async function takeOver(): Promise<void> {
  await dropOldShells(SOUK_BUILD)
  await scope.registration.navigationPreload?.enable()
  const before = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  await scope.clients.claim()
  await Promise.all(before.map(({ url }) => keepPublicCopy(url)))
}

scope.addEventListener('message', (event) => {
  const message = readWorkerMessage(event.data)
  if (message === 'SKIP_WAITING') event.waitUntil(scope.skipWaiting())
  else if (message?.kind === 'KEEP_PAGE') event.waitUntil(keepVisit(message))
  else if (message?.kind === 'DRAIN') event.waitUntil(drainFor(event, message.isEager))
})

/** A page that somebody is signing out of may still speak of itself. */
async function keepVisit({ url, sinceMs }: { url: string; sinceMs: number }): Promise<void> {
  if (isOfNow(sinceMs)) await keepPublicCopy(url)
}

/** The page that asked goes on by itself should this worker be ended meanwhile, as browsers do. */
async function drainFor({ ports }: WorkerMessageEvent, isEager: boolean): Promise<void> {
  const drained = drainOutbox({ isEager })
  for (const port of ports) port.postMessage(TAKEN)
  await drained.catch(() => undefined)
}

scope.addEventListener('sync', (event) => {
  if (event.tag === OUTBOX) event.waitUntil(drainOrComeAgain())
})

/** The browser says that there is a network. While a page is open that knows how long to wait, it decides. */
async function drainOrComeAgain(): Promise<void> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const retryAtMs = await drainOutbox({ isEager: pages.length === 0 })
  // Failing is how a worker asks to be woken again.
  if (retryAtMs !== null) throw new Error('Not everything could be bought yet.')
}

scope.addEventListener('fetch', (event) => {
  const handling = handlingOf(event.request, scope.location.origin)
  if (handling.kind === 'page') event.respondWith(page(event))
  else if (handling.kind === 'file') event.respondWith(file(event))
  else if (handling.kind === 'data') event.respondWith(data(event, handling))
  else if (handling.kind === 'sign-out') event.respondWith(signOut(event))
})

/** Without a network, or refused, the session stays, and all that belongs to it. */
async function signOut(event: FetchEvent): Promise<Response> {
  const answer = await fetch(event.request)
  if (isSignedOut(answer)) event.waitUntil(forgetEverything())
  return answer
}

/** Where they have been and what they were about to buy. */
async function forgetEverything(): Promise<void> {
  await Promise.all([forgetVisits(), emptyForSignOut().catch(() => undefined)])
}

/** Fetches, and keeps a copy unless visits were forgotten meanwhile. */
async function fetchAndKeep(event: FetchEvent, name: string): Promise<Response> {
  const begunAt = visitsBefore()
  return keepLater(event, name, await fetch(event.request), begunAt)
}

function keepLater(event: FetchEvent, name: string, answer: Response, begunAt: number): Response {
  event.waitUntil(keep(name, event.request, answer.clone(), begunAt))
  return answer
}

async function page(event: FetchEvent): Promise<Response> {
  const { request } = event
  const { pathname } = new URL(request.url)
  const begunAt = visitsBefore()
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request))
    if (isAway(answer.status)) return (await findKeptPage(request)) ?? answer
    if (mayKeep(request, answer)) return keepLater(event, PAGES, answer, begunAt)
    // Made for this reader alone, or about to be theirs: the next best thing without a network is what strangers see.
    if (answer.ok && isPublicPage(pathname)) event.waitUntil(keepPublicCopy(request.url, begunAt))
    return answer
  } catch {
    return (
      (await findKeptPage(request)) ??
      (await findInShell(SOUK_BUILD, pathname)) ??
      (await findInShell(SOUK_BUILD, OFFLINE_PAGE)) ??
      Response.error()
    )
  }
}

async function file(event: FetchEvent): Promise<Response> {
  const { request } = event
  const { pathname } = new URL(request.url)
  const kept = (await findInShell(SOUK_BUILD, pathname)) ?? (await findKept(request, FILES))
  return kept ?? (await fetchAndKeep(event, FILES))
}

async function data(
  event: FetchEvent,
  { freshMs, asksAfresh }: { freshMs: number; asksAfresh: boolean },
): Promise<Response> {
  const { request } = event
  const kept = await findKept(request, DATA)
  const age = kept && !asksAfresh ? ageOfKept(kept, freshMs) : 'old'
  if (kept && age === 'fresh') return kept
  const renewed = fetchAndKeep(event, DATA)
  if (kept && age === 'stale') {
    event.waitUntil(renewed.catch(() => undefined))
    return kept
  }
  try {
    const answer = await renewed
    return kept && isAway(answer.status) ? kept : answer
  } catch (error) {
    const last = kept ?? (await findInShell(SOUK_BUILD, new URL(request.url).pathname))
    if (last) return last
    throw error
  }
}
