import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Actor, anonymous, type TokenActor, type UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import {
  requirePerson,
  requirePersonToWrite,
  requireSignedIn,
  rolesOf,
  safeNextPath,
  withNext,
} from './rules.ts'

const user: UserActor = {
  kind: 'user',
  userId: '00000000-0000-4000-8000-000000000001',
  email: 'ada@souk.test',
  displayName: 'Ada',
  appRole: null,
  isStale: false,
}
const token: TokenActor = {
  kind: 'token',
  userId: user.userId,
  tokenId: '00000000-0000-4000-8000-000000000002',
  email: user.email,
  displayName: user.displayName,
  appRole: 'operator',
  scopes: ['publish:new', 'publish:update', 'yank', 'read'],
  namespaces: null,
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'none'
}

describe('safeNextPath', () => {
  it.each(['/', '/library', '/packages/demo/base?version=1.0.0#readme', '/search?q=a%2Fb&tags=x:y', '/a//b'])(
    'keeps %s',
    (path) => expect(safeNextPath(path)).toBe(path),
  )

  it.each([
    ['another origin', 'https://evil.example/'],
    ['a scheme-relative address', '//evil.example'],
    ['a backslash that browsers read as a slash', '/\\evil.example'],
    ['a backslash further on', '/a\\..\\\\evil.example'],
    ['dots that resolve to a scheme-relative address', '/..//evil.example'],
    ['encoded dots that do', '/%2e%2e//evil.example'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a line break', '/a\r\nset-cookie: x=y'],
    ['a script', 'javascript:alert(1)'],
    ['credentials', '@evil.example'],
    ['a relative path', 'library'],
    ['nothing', ''],
    ['no text at all', undefined],
    ['a repeated parameter', ['/library', '/wallet']],
    ['a path of absurd length', `/${'a'.repeat(3000)}`],
    ['the sign-in page itself', '/sign-in?next=/sign-in'],
    ['an API path', '/api/v1/tokens'],
  ])('refuses %s', (_what, text) => expect(safeNextPath(text)).toBe('/'))

  it('never leaves the site, whatever it is given', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom('/', '\\', '.', '..', ':', '@', '//', '%2e', '%2f', '%5c', '\t', 'evil.example'),
        fc.string(),
      ),
    )
    fc.assert(
      fc.property(
        pieces.map((parts) => `/${parts.join('')}`),
        (text) => {
          const next = safeNextPath(text)
          expect(new URL(next, 'https://souk.example').origin).toBe('https://souk.example')
          expect(next.startsWith('/') && !/^\/[/\\]/.test(next)).toBe(true)
          expect(safeNextPath(next)).toBe(next)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('survives the round trip through withNext', () => {
    const link = withNext('/sign-in', '/search?q=a&b=c#d')
    expect(new URL(link, 'http://souk.test').searchParams.get('next')).toBe('/search?q=a&b=c#d')
    expect(withNext('/sign-in', '/')).toBe('/sign-in')
  })
})

describe('rolesOf', () => {
  it('makes everyone a shopper, a store owner a seller, and an operator only by the verified role', () => {
    expect(rolesOf(anonymous, null)).toEqual(['shopper'])
    expect(rolesOf(user, null)).toEqual(['shopper'])
    expect(rolesOf(user, 'demo')).toEqual(['shopper', 'seller'])
    expect(rolesOf({ ...user, appRole: 'operator' }, null)).toEqual(['shopper', 'operator'])
  })
})

describe('who may do what', () => {
  const stale: Actor = { ...user, isStale: true }

  it.each([
    ['anybody', anonymous, 'unauthenticated', 'unauthenticated', 'unauthenticated'],
    ['a person', user, 'none', 'none', 'none'],
    ['a person whose session could not be renewed', stale, 'none', 'none', 'unavailable'],
    ['a token, even an operator’s with every scope', token, 'none', 'forbidden', 'forbidden'],
  ] as const)('%s', (_who, actor, signedIn, person, personToWrite) => {
    expect(codeOf(() => requireSignedIn(actor))).toBe(signedIn)
    expect(codeOf(() => requirePerson(actor))).toBe(person)
    expect(codeOf(() => requirePersonToWrite(actor))).toBe(personToWrite)
  })
})
