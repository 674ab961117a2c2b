import { describe, expect, it } from 'vitest'
import {
  ageOf,
  assetsOf,
  handlingOf,
  isAway,
  isPublicPage,
  isSignedOut,
  lazyPartsOf,
  markKept,
  mayKeep,
  surplus,
  type RequestFacts,
} from './cache-rules.ts'

const ORIGIN = 'https://souk.test'

function request(path: string, facts: Partial<Omit<RequestFacts, 'headers'>> & { headers?: object } = {}) {
  const { headers = {}, ...rest } = facts
  return {
    method: 'GET',
    url: new URL(path, ORIGIN).href,
    mode: 'cors',
    destination: '',
    cache: 'default',
    ...rest,
    headers: new Headers(Object.entries(headers) as [string, string][]),
  }
}

const kindOf = (...facts: Parameters<typeof request>) => handlingOf(request(...facts), ORIGIN).kind

describe('what is done with a request', () => {
  it.each([
    ['/packages/demo/tool', { mode: 'navigate' }, 'page'],
    ['/_next/static/chunks/a.js', {}, 'file'],
    ['/_next/image?url=x', { destination: 'image' }, 'file'],
    ['/api/marketplace?q=x', {}, 'data'],
    ['/api/packages/demo/tool', {}, 'data'],
    ['/api/packages/demo/tool/icon', { destination: 'image' }, 'data'],
  ])('%s %o: %s', (path, facts, kind) => expect(kindOf(path, facts)).toBe(kind))

  it.each([
    ['another origin', 'https://else.test/api/categories', {}],
    ['a write', '/api/purchases', { method: 'POST' }],
    ['a caller who says who they are', '/api/categories', { headers: { authorization: 'Bearer x' } }],
    ['a part of a file', '/_next/static/a.js', { headers: { range: 'bytes=0-1' } }],
    ['a part of a page', '/search', { headers: { rsc: '1' } }],
    ['what is asked about one person', '/api/wallet', {}],
    ['what is asked about one person and a package', '/api/packages/demo/tool/offer', {}],
    ['who is looking', '/api/viewer', {}],
    ['a download', '/api/v1/packages/demo/tool/1.0.0/download', {}],
  ])('leaves %s to the browser', (_, path, facts) => expect(kindOf(path, facts)).toBe('network'))

  it('knows how long each kind of data is fresh, and who wants to know what is true now', () => {
    const freshMs = (path: string) => handlingOf(request(path), ORIGIN)
    expect(freshMs('/api/categories')).toMatchObject({ freshMs: 300_000 })
    expect(freshMs('/api/marketplace/home')).toMatchObject({ freshMs: 120_000 })
    expect(freshMs('/api/marketplace')).toMatchObject({ freshMs: 60_000, asksAfresh: false })
    const afresh = request('/api/marketplace', { cache: 'no-store' })
    expect(handlingOf(afresh, ORIGIN)).toMatchObject({ asksAfresh: true })
  })

  it('notices signing out, and takes a refusal for none', () => {
    expect(kindOf('/auth/sign-out', { method: 'POST', mode: 'navigate' })).toBe('sign-out')
    expect(isSignedOut({ type: 'opaqueredirect' })).toBe(true)
    expect(isSignedOut({ type: 'basic' })).toBe(false)
  })
})

describe('what may be kept', () => {
  const answer = (
    headers: Record<string, string>,
    facts: { status?: number; redirected?: boolean } = {},
  ) => ({
    status: 200,
    type: 'basic',
    redirected: false,
    ...facts,
    headers: new Headers(headers),
  })
  const isPublic = { 'cache-control': 'public, max-age=60' }

  it('is what says that it is for everybody', () => {
    expect(mayKeep(request('/'), answer(isPublic))).toBe(true)
  })

  it.each([
    ['says nothing', answer({})],
    ['is not to be stored', answer({ 'cache-control': 'no-store' })],
    ['is not to be stored, whatever else it says', answer({ 'cache-control': 'public, No-Store' })],
    ['is private', answer({ 'cache-control': 'private, max-age=60' })],
    ['sets a cookie', answer({ ...isPublic, 'set-cookie': 'a=b' })],
    ['depends on anything', answer({ ...isPublic, vary: '*' })],
    ['failed', answer(isPublic, { status: 503 })],
    ['is a part', answer(isPublic, { status: 206 })],
    ['came from another address', answer(isPublic, { redirected: true })],
  ])('is nothing that %s', (_, given) => expect(mayKeep(request('/'), given)).toBe(false))

  it('is nothing that was asked for in somebody’s name', () => {
    expect(mayKeep(request('/', { headers: { authorization: 'x' } }), answer(isPublic))).toBe(false)
  })
})

it('tells fresh from stale from old, and trusts no clock that was set back', () => {
  expect([0, 59, 60, 299, 300].map((age) => ageOf(1000, 1000 + age, 60))).toEqual([
    'fresh',
    'fresh',
    'stale',
    'stale',
    'old',
  ])
  expect(ageOf(1000, 999, 60)).toBe('old')
})

it('gives up the oldest beyond the limit, and nothing below it', () => {
  const entries = Array.from({ length: 103 }, (_, index) => index)
  expect(surplus(entries)).toEqual([0, 1, 2])
  expect(surplus(entries.slice(3))).toEqual([])
})

it('finds what a page needs in its markup', () => {
  const html =
    '<link href="/_next/static/a.css"/><script src="/_next/static/b.js?x=1&amp;y=2"></script>"/_next/static/a.css"'
  expect(assetsOf(html)).toEqual(['/_next/static/a.css', '/_next/static/b.js?x=1&y=2'])
})

it('knows the pages of which a stranger’s copy may be kept', () => {
  const paths = [
    '/',
    '/search',
    '/categories/x',
    '/stores/x',
    '/packages/demo/tool',
    '/packages/demo/tool/versions',
  ]
  expect(paths.filter((path) => !isPublicPage(path))).toEqual([])
  const others = [
    '/wallet',
    '/library',
    '/checkout/demo/tool',
    '/packages/demo',
    '/dashboard/packages/demo/tool',
  ]
  expect(others.filter(isPublicPage)).toEqual([])
})

it('takes a server that is gone for a while for no answer, and one that failed for one', () => {
  expect([200, 404, 429, 500, 502, 503, 504].filter(isAway)).toEqual([502, 503, 504])
})

it('marks a page as kept, once and with nothing but a number', () => {
  expect(markKept('<!DOCTYPE html><html lang="en"><body><html></html>', 12.5)).toBe(
    '<!DOCTYPE html><html data-kept-at="12" lang="en"><body><html></html>',
  )
  expect(markKept('<htmlx>', 1)).toBe('<htmlx>')
})

it('finds what a script loads later', () => {
  const script = 'e.v(t=>Promise.all(["static/chunks/1fd-_.js","static/chunks/a.css"].map(t=>e.l(t))))'
  expect(lazyPartsOf(`${script};"/static/chunks/no.js";${script}`)).toEqual([
    '/_next/static/chunks/1fd-_.js',
    '/_next/static/chunks/a.css',
  ])
})
