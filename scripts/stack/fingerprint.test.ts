import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { sourceFingerprint } from './build.ts'
import { fingerprint } from './fingerprint.ts'

describe('fingerprint', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'souk-fingerprint-'))
    await mkdir(join(root, 'app'))
    await writeFile(join(root, 'app', 'page.tsx'), 'one')
    await writeFile(join(root, 'package.json'), '{}')
    return () => rm(root, { recursive: true, force: true })
  })

  it('stays when nothing changed, whatever the order of the paths', async () => {
    const first = await fingerprint(root, ['app', 'package.json', 'missing'])
    expect(await fingerprint(root, ['package.json', 'app'])).toBe(first)
  })

  it('changes with content, with a name and with a new file', async () => {
    const seen = new Set([await fingerprint(root, ['app'])])
    await writeFile(join(root, 'app', 'page.tsx'), 'two')
    seen.add(await fingerprint(root, ['app']))
    await rename(join(root, 'app', 'page.tsx'), join(root, 'app', 'other.tsx'))
    seen.add(await fingerprint(root, ['app']))
    await writeFile(join(root, 'app', 'empty.tsx'), '')
    seen.add(await fingerprint(root, ['app']))
    expect(seen.size).toBe(4)
  })

  it('makes a build stale for its sources, and not for tests', async () => {
    const first = await sourceFingerprint(root)
    await writeFile(join(root, 'app', 'page.test.tsx'), 'a test')
    expect(await sourceFingerprint(root)).toBe(first)
    await writeFile(join(root, 'app', 'page.tsx'), 'two')
    expect(await sourceFingerprint(root)).not.toBe(first)
  })
})
