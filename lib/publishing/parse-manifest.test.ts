import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '#lib/kernel/manifest'
import { parseManifestApart, warmManifestThreads } from './parse-manifest.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('reading a manifest in a thread of its own', () => {
  it('gives what reading it here gives: a manifest, or faults with their places', async () => {
    const file = join(import.meta.dirname, '../../supabase/seeds/demo/changelog-writer/1.0.0.yaml')
    const faulty = encode('id: A/b\nversion: 1\nkind: robot\nmore: 1\n')
    for (const bytes of [
      new Uint8Array(await readFile(file)),
      faulty,
      encode('a: *b'),
      new Uint8Array(70_000),
    ]) {
      expect(await parseManifestApart('someone', bytes)).toEqual(parseManifest(bytes))
    }
  })

  it('keeps the main thread free while hostile ones are read', async () => {
    await warmManifestThreads()
    const hostile = encode(`id: a/b\nspec:\n${'  - 1\n'.repeat(10_000)}`)
    let ticks = 0
    const timer = setInterval(() => {
      ticks += 1
    }, 1)
    const results = await Promise.all(
      Array.from({ length: 6 }, () => parseManifestApart('attacker', hostile)),
    )
    clearInterval(timer)
    expect(results.every((result) => !result.ok)).toBe(true)
    expect(ticks).toBeGreaterThan(0)
  })
})
