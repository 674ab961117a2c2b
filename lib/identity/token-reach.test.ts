import { describe, expect, it } from 'vitest'
import type { TokenActor, UserActor } from '#lib/kernel/actor'
import { asSeller, reaches, requireScope, sellingNamespaces, withoutOffice } from './token-reach.ts'

const token = (change: Partial<TokenActor>): TokenActor => ({
  ...{ kind: 'token', userId: 'u', tokenId: 't', email: '', displayName: '', appRole: 'operator' },
  ...{ scopes: ['sell'], namespaces: null },
  ...change,
})
const person: UserActor = {
  ...{ kind: 'user', userId: 'u', email: '', displayName: '', appRole: 'operator', isStale: false },
}
const refused = (code: string) => expect.objectContaining({ code }) as Error

describe('an API token that sells', () => {
  it('sells in its namespaces, for its owner and never as an operator', () => {
    expect(asSeller(token({ namespaces: ['acme'] }), 'acme/tool')).toMatchObject({ appRole: null })
    expect(asSeller(token({}), 'any/tool')).toMatchObject({ appRole: null })
    expect(() => asSeller(token({ namespaces: ['acme'] }), 'acme-two/tool')).toThrow(
      refused('namespace_not_owned'),
    )
    expect(sellingNamespaces(token({ namespaces: ['acme'] }))).toEqual(['acme'])
  })
  it('needs the scope for it', () => {
    for (const scopes of [['read'], ['purchase'], ['publish:new', 'publish:update', 'yank']] as const) {
      expect(() => asSeller(token({ scopes }), 'acme/tool')).toThrow(refused('insufficient_scope'))
    }
    expect(() => requireScope(token({ scopes: ['sell'] }), 'purchase')).toThrow(refused('insufficient_scope'))
  })
  it('is nothing that a person has to care about', () => {
    expect(asSeller(person, 'acme/tool')).toBe(person)
    expect(withoutOffice(person)).toBe(person)
    expect([reaches(person, 'acme/tool'), sellingNamespaces(person)]).toEqual([true, null])
  })
})
