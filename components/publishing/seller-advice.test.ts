import { describe, expect, it } from 'vitest'
import { type Manifest, parseManifest } from '#lib/kernel/manifest'
import { manifestTemplate } from './manifest-templates.ts'
import { sellerAdvice } from './seller-advice.ts'

const text = manifestTemplate('prompt', 'demo')
const parsed = parseManifest(text)
if (!parsed.ok) throw new Error('the template is valid')
const manifest: Manifest = parsed.manifest
const own = { handle: 'demo/my-prompt', kind: 'prompt', latestVersion: '0.9.0' } as const

describe('sellerAdvice', () => {
  it('has nothing to say about a new version of an own package', () => {
    expect(sellerAdvice(manifest, text, { namespaces: ['demo'], packages: [own] })).toEqual([])
  })

  it('names a namespace that is not the seller’s, where it stands', () => {
    const advice = sellerAdvice(manifest, text, { namespaces: ['other'], packages: [] })
    expect(advice).toMatchObject([{ path: 'id', line: 1, column: 5 }])
    expect(advice[0]?.message).toContain('"demo" is not yours')
  })

  it('warns of a version that exists', () => {
    const packages = [{ ...own, latestVersion: '1.0.0' }]
    expect(sellerAdvice(manifest, text, { namespaces: ['demo'], packages })).toMatchObject([
      { path: 'version', line: 2, column: 10 },
    ])
  })

  it('warns of another kind', () => {
    const packages = [{ ...own, kind: 'agent' as const }]
    expect(sellerAdvice(manifest, text, { namespaces: ['demo'], packages })).toMatchObject([
      { path: 'kind', line: 3 },
    ])
  })
})
