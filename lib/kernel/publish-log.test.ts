import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_LOG, entryHash, followLog, LogFault, type PublishLogEntry } from './publish-log.ts'

async function chain(length: number): Promise<PublishLogEntry[]> {
  const entries: PublishLogEntry[] = []
  let previousHash = EMPTY_LOG.hash
  for (let position = 1; position <= length; position++) {
    const facts = {
      position,
      action: 'publish' as const,
      handle: `acme/p${position}`,
      version: '1.0.0',
      sha256: 'ab'.repeat(32),
      createdAt: '2026-11-23T10:00:00.000Z',
      actor: { store: 'acme', kind: 'user' as const, commitment: 'cd'.repeat(32) },
      previousHash,
    }
    previousHash = await entryHash(facts)
    entries.push({ ...facts, hash: previousHash })
  }
  return entries
}

const whole = await chain(12)
const index = fc.integer({ min: 0, max: whole.length - 1 })
const fault = async (entries: readonly unknown[]) => {
  const outcome: unknown = await followLog(EMPTY_LOG, entries).catch((error: unknown) => error)
  return outcome instanceof LogFault ? outcome.position : outcome
}

describe('the chain of the publish log', () => {
  it('holds as it was written, in one piece or in several', async () => {
    const head = { position: 12, hash: whole.at(-1)?.hash }
    expect(await followLog(EMPTY_LOG, whole)).toEqual(head)
    expect(await followLog(await followLog(EMPTY_LOG, whole.slice(0, 5)), whole.slice(5))).toEqual(head)
    expect(await followLog(EMPTY_LOG, [])).toEqual(EMPTY_LOG)
  })

  it.each([
    ['action', { action: 'yank' }],
    ['handle', { handle: 'acme/other' }],
    ['version', { version: '1.0.1' }],
    ['sha256', { sha256: 'ef'.repeat(32) }],
    ['time', { createdAt: '2026-11-23T10:00:00.001Z' }],
    ['store', { actor: { store: 'rival', kind: 'user', commitment: 'cd'.repeat(32) } }],
    ['kind of actor', { actor: { store: 'acme', kind: 'token', commitment: 'cd'.repeat(32) } }],
    ['commitment', { actor: { store: 'acme', kind: 'user', commitment: 'ce'.repeat(32) } }],
    ['hash', { hash: '0'.repeat(64) }],
  ])('breaks at an entry whose %s was altered', async (_what, change) => {
    await fc.assert(
      fc.asyncProperty(index, async (at) => {
        expect(await fault(whole.map((entry, i) => (i === at ? { ...entry, ...change } : entry)))).toBe(
          at + 1,
        )
      }),
    )
  })

  it('breaks after an altered entry that was hashed anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 2 }), async (at) => {
        const altered = await Promise.all(
          whole.map(async (entry, i) => {
            if (i !== at) return entry
            const forged = { ...entry, version: '6.6.6' }
            return { ...forged, hash: await entryHash(forged) }
          }),
        )
        expect(await fault(altered)).toBe(at + 2)
      }),
    )
  })

  it('breaks where an entry was removed, added or moved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 2 }), index, async (from, to) => {
        expect(await fault(whole.toSpliced(from, 1))).toBe(from + 1)
        expect(await fault([...whole.slice(0, from + 1), ...whole.slice(from)])).toBe(from + 2)
        const moved = whole.toSpliced(from, 1)
        moved.splice(to, 0, ...whole.slice(from, from + 1))
        expect(await fault(moved)).toEqual(
          from === to ? { position: 12, hash: whole.at(-1)?.hash } : Math.min(from, to) + 1,
        )
      }),
    )
  })

  it('refuses facts that could be split otherwise into lines, and what is no entry', async () => {
    const [first] = whole
    expect(await fault([{ ...first, handle: 'acme/p1\n1.0.0' }])).toBe(1)
    for (const junk of [null, 7, {}, [], 'entry', { position: 1 }]) expect(await fault([junk])).toBe(1)
  })
})
