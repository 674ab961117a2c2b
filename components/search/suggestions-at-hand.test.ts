import { describe, expect, it } from 'vitest'
import type { PackageCard } from '#lib/catalog/schemas'
import type { Suggestions } from '#lib/search/schemas'
import { suggestionsAtHand } from './suggestions-at-hand.ts'

const card = (name: string) =>
  ({ handle: `acme/${name}`, name, summary: 'A thing.', tags: ['topic:x'] }) as PackageCard
const answer = (facts: Partial<Suggestions>): Suggestions => ({
  packages: [],
  queries: [],
  tags: [],
  ...facts,
})
const after = (answers: Record<string, Suggestions>, typed: string) =>
  suggestionsAtHand((text) => answers[text], typed)

describe('suggestionsAtHand', () => {
  const doc = answer({
    packages: [card('Docker Tools'), card('Document Reader'), card('Dócumenta')],
    queries: ['docker compose', 'documents'],
    tags: [
      { key: 'topic', value: 'docker', count: 3 },
      { key: 'document', value: 'pdf', count: 2 },
    ],
  })

  it('narrows an answer that holds all there is', () => {
    const { suggestions } = after({ doc }, 'docu')
    expect(suggestions?.packages.map(({ name }) => name)).toEqual(['Document Reader', 'Dócumenta'])
    expect(suggestions?.queries).toEqual(['documents'])
    expect(suggestions?.tags).toEqual([{ key: 'document', value: 'pdf', count: 2 }])
    expect(after({ doc }, 'docker to').suggestions?.packages.map(({ name }) => name)).toEqual([
      'Docker Tools',
    ])
  })

  it('knows nothing of what was never asked, or asked with too few letters', () => {
    const nothing = { suggestions: null, isSpent: false }
    expect(after({}, 'docker')).toEqual(nothing)
    expect(after({ do: doc }, 'docker')).toEqual(nothing)
    expect(after({ docker: doc }, 'docker')).toEqual(nothing)
  })

  it('leaves to the server what an answer had no room for', () => {
    const full = answer({ packages: Array.from({ length: 8 }, (_, index) => card(`Docker ${index}`)) })
    expect(after({ doc: full }, 'docker')).toEqual({ suggestions: null, isSpent: false })
    // Nor does an older, shorter answer know better than the one it was asked after.
    expect(after({ doc, dock: full }, 'docker')).toEqual({ suggestions: null, isSpent: false })
  })

  it('asks which packages there are when only tags and searches are left of an answer', () => {
    const tags = [{ key: 'topic', value: 'postgres', count: 3 }]
    const post = answer({ packages: [card('Post Office')], queries: ['postgres backup'], tags })
    expect(after({ post }, 'post o').suggestions?.packages).toHaveLength(1)
    expect(after({ post }, 'postgres')).toEqual({ suggestions: null, isSpent: false })
    expect(after({ post }, 'postgres backup')).toEqual({ suggestions: null, isSpent: false })
  })

  it('says when an answer that held all holds nothing that fits', () => {
    expect(after({ doc }, 'docx')).toEqual({ suggestions: null, isSpent: true })
    expect(after({ qqq: answer({}) }, 'qqqq')).toEqual({ suggestions: null, isSpent: true })
  })
})
