import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ObjectServer, startS3, startStorage } from '../../scripts/testing/object-server.ts'
import type { ArtefactStore } from './artefact-store-port.ts'
import { s3ArtefactStore } from './artefact-store-s3.ts'
import { supabaseArtefactStore } from './artefact-store-supabase.ts'

const MEBIBYTE = 1024 * 1024
const KEY = '11111111-2222-4333-8444-555555555555'

/** Pieces of 64 KiB, made when they are asked for; `made` says how far the store has come. */
function source(content: Buffer, failAfter = Infinity) {
  const seen = { made: 0 }
  async function* chunks() {
    while (seen.made < content.byteLength) {
      await Promise.resolve()
      if (seen.made >= failAfter) throw new Error('the line went dead')
      const chunk = content.subarray(seen.made, seen.made + 64 * 1024)
      seen.made += chunk.byteLength
      yield chunk
    }
  }
  return { seen, chunks: chunks() }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const chunk of chunks) found.push(chunk)
  return Buffer.concat(found)
}

const stores: [string, () => Promise<{ server: ObjectServer; store: ArtefactStore }>][] = [
  [
    'S3',
    async () => {
      const server = await startS3()
      const store = s3ArtefactStore({
        ...{ bucket: 'files', region: 'eu-test-1', endpoint: server.url },
        ...{ accessKeyId: 'key', secretAccessKey: 'secret' },
      })
      return { server, store }
    },
  ],
  [
    'Supabase Storage',
    async () => {
      const server = await startStorage('sb_secret_test')
      const store = supabaseArtefactStore({ url: server.url, secretKey: 'sb_secret_test', bucket: 'files' })
      return { server, store }
    },
  ],
]

describe.each(stores)('artefacts in %s', (_name, open) => {
  let server: ObjectServer
  let store: ArtefactStore

  beforeEach(async () => ({ server, store } = await open()))
  afterEach(() => server.close())

  it.each([1, 700_000, 5 * MEBIBYTE, 12 * MEBIBYTE + 7])(
    'of %i bytes come back as they were',
    async (size) => {
      const content = randomBytes(size)
      await store.write(KEY, source(content).chunks)
      expect([...server.objects.keys()]).toEqual([`files/${KEY}`])
      expect((await collect(store.read(KEY, { start: 0, end: size - 1 }))).equals(content)).toBe(true)
      const middle = { start: Math.floor(size / 3), end: Math.floor(size / 2) }
      expect(
        (await collect(store.read(KEY, middle))).equals(content.subarray(middle.start, middle.end + 1)),
      ).toBe(true)
    },
  )

  it('are removed, also twice', async () => {
    await store.write(KEY, source(randomBytes(10)).chunks)
    await store.remove(KEY)
    expect(server.objects.size).toBe(0)
    await store.remove(KEY)
  })

  it.each([1, 8 * MEBIBYTE])('leave nothing when they break off after %i bytes', async (failAfter) => {
    const broken = source(randomBytes(9 * MEBIBYTE), failAfter)
    await expect(store.write(KEY, broken.chunks)).rejects.toThrow()
    await store.remove(KEY)
    expect(server.objects.size).toBe(0)
    expect(server.pending.size).toBe(0)
  })

  it('fail with the server, both ways', async () => {
    await store.write(KEY, source(randomBytes(10)).chunks)
    server.isBroken = true
    await expect(store.write(KEY, source(randomBytes(10)).chunks)).rejects.toThrow()
    await expect(collect(store.read(KEY, { start: 0, end: 9 }))).rejects.toThrow()
  }, 30_000)

  it('that are not there cannot be read', async () => {
    await expect(collect(store.read(KEY, { start: 0, end: 9 }))).rejects.toThrow()
  })

  it('are let go of when their reader leaves', async () => {
    const content = randomBytes(12 * MEBIBYTE)
    await store.write(KEY, source(content).chunks)
    for await (const chunk of store.read(KEY, { start: 0, end: content.byteLength - 1 })) {
      expect(chunk.byteLength).toBeGreaterThan(0)
      break
    }
    await store.write('another', source(randomBytes(10)).chunks)
    expect(server.objects.size).toBe(2)
  })
})

describe('artefacts in S3', () => {
  it('go up in parts while they arrive', async () => {
    const server = await startS3()
    try {
      const store = s3ArtefactStore({
        ...{ bucket: 'files', region: 'eu-test-1', endpoint: server.url },
        ...{ accessKeyId: 'key', secretAccessKey: 'secret' },
      })
      const { seen, chunks } = source(randomBytes(32 * MEBIBYTE))
      let furthestAhead = 0
      async function* watched() {
        for await (const chunk of chunks) {
          const arrived = [...server.pending.values()].flatMap((parts) => [...parts.values()])
          const keptBytes = arrived.reduce((sum, part) => sum + part.byteLength, 0)
          furthestAhead = Math.max(furthestAhead, seen.made - keptBytes)
          yield chunk
        }
      }
      await store.write(KEY, watched())
      expect(server.requests.filter((line) => line.includes('partNumber='))).toHaveLength(7)
      // Two parts on their way, one being filled.
      expect(furthestAhead).toBeLessThanOrEqual(16 * MEBIBYTE)
    } finally {
      await server.close()
    }
  })
})
