import { describe, expect, it } from 'vitest'
import { kindSchema } from '#lib/kernel/kind'
import { parseManifest } from '#lib/kernel/manifest'
import { manifestTemplate } from './manifest-templates.ts'

describe('manifestTemplate', () => {
  it.each(kindSchema.options)('is a manifest of kind %s without a fault or a warning', (kind) => {
    const result = parseManifest(manifestTemplate(kind, 'demo'))
    expect(result).toMatchObject({ ok: true, warnings: [] })
    expect(result.ok && result.manifest.kind).toBe(kind)
    expect(result.ok && result.manifest.id).toMatch(/^demo\//)
  })

  it.each(kindSchema.options)('of kind %s names its schema to editors, and is the same manifest', (kind) => {
    const text = manifestTemplate(kind, 'demo', 'https://souk.example')
    const schema = `https://souk.example/schemas/${kind}.json`
    expect(text.split('\n', 1)).toEqual([`# yaml-language-server: $schema=${schema}`])
    expect(parseManifest(text)).toEqual({
      ...parseManifest(manifestTemplate(kind, 'demo')),
    })
  })
})
