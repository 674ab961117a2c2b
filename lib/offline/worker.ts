/**
 * The service worker: visited pages, files and public data without a network, and purchases that wait for one. Built
 * into /sw.js after the production build. It only wires; decisions are in `cache-rules.ts`. A new one waits until a
 * page says that the reader agreed.
 */
import { handlingOf } from './cache-rules.ts'
import {
  ageOfKept,
  DATA,
  dropOldShells,
  FILES,
  findInShell,
  findKept,
  forgetVisits,
  keep,
  keepOpenPage,
  keepShell,
  OFFLINE_PAGE,
  PAGES,
} from './kept-answers.ts'
import type { ExtendableEvent, FetchEvent, WorkerScope } from './worker-scope.ts'

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
  await Promise.all(before.map(({ url }) => keepOpenPage(url)))
}

scope.addEventListener('message', (event) => {
  if (event.data === 'SKIP_WAITING') event.waitUntil(scope.skipWaiting())
})

scope.addEventListener('fetch', (event) => {
  const handling = handlingOf(event.request, scope.location.origin)
  if (handling.kind === 'page') event.respondWith(page(event))
  else if (handling.kind === 'file') event.respondWith(file(event))
  else if (handling.kind === 'data') event.respondWith(data(event, handling))
  else if (handling.kind === 'sign-out') event.waitUntil(forgetVisits())
})

function keepLater(event: ExtendableEvent, name: string, request: Request, answer: Response): Response {
  event.waitUntil(keep(name, request, answer.clone()))
  return answer
}

async function page(event: FetchEvent): Promise<Response> {
  const { request } = event
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request))
    return keepLater(event, PAGES, request, answer)
  } catch {
    const { pathname } = new URL(request.url)
    return (
      (await findKept(request, PAGES)) ??
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
  return kept ?? keepLater(event, FILES, request, await fetch(request))
}

async function data(
  event: FetchEvent,
  { freshMs, asksAfresh }: { freshMs: number; asksAfresh: boolean },
): Promise<Response> {
  const { request } = event
  const kept = await findKept(request, DATA)
  const age = kept && !asksAfresh ? ageOfKept(kept, freshMs) : 'old'
  if (kept && age === 'fresh') return kept
  const renewed = fetch(request).then((answer) => keepLater(event, DATA, request, answer))
  if (kept && age === 'stale') {
    event.waitUntil(renewed.catch(() => undefined))
    return kept
  }
  try {
    return await renewed
  } catch (error) {
    const last = kept ?? (await findInShell(SOUK_BUILD, new URL(request.url).pathname))
    if (last) return last
    throw error
  }
}
