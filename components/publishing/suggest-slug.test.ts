import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkName } from '#lib/kernel/handle'
import { suggestSlug } from './suggest-slug.ts'

describe('suggestSlug', () => {
  it.each([
    ['Prompt Bazaar', 'prompt-bazaar'],
    ['  Zoë’s  Prompt-Bazaar! ', 'zoes-prompt-bazaar'],
    ['A & B', 'a-b'],
    ['市場', ''],
  ])('suggests for "%s" the address "%s"', (name, slug) => {
    expect(suggestSlug(name)).toBe(slug)
  })

  it('suggests nothing or a well-formed name, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (name) => {
        const slug = suggestSlug(name)
        expect(slug === '' || checkName(slug).ok).toBe(true)
      }),
    )
  })
})
