import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadOrCreateKeys } from './keys.ts'

describe('loadOrCreateKeys', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'souk-keys-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  it('makes them once, for their owner only', async () => {
    const first = await loadOrCreateKeys(join(folder, 'new'))
    expect(await loadOrCreateKeys(join(folder, 'new'))).toEqual(first)
    expect((await stat(join(folder, 'new', 'keys.json'))).mode & 0o777).toBe(0o600)
    expect(new Set([first.jwtSecret, first.appSecret, ...Object.values(first.passwords)]).size).toBe(5)
  })

  it('never replaces a damaged file: the data may depend on it', async () => {
    await writeFile(join(folder, 'keys.json'), '{"jwtSecret":"short"}')
    await expect(loadOrCreateKeys(folder)).rejects.toThrow(/is damaged/)
  })
})
