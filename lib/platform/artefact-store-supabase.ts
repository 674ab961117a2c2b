/** Keeps artefacts in a private bucket of the Supabase project's Storage, with the project's secret key. */
import 'server-only'
import type { ArtefactStore } from './artefact-store-port.ts'
import { byteStream } from './byte-stream.ts'

/** Until the answer begins; after that the client's own pace counts. */
const ANSWER_TIMEOUT_MS = 30_000
/** For a whole upload of 50 MB over a slow line. */
const WRITE_TIMEOUT_MS = 15 * 60_000

export interface SupabaseStorageSettings {
  url: string
  secretKey: string
  bucket: string
}

export function supabaseArtefactStore({ url, secretKey, bucket }: SupabaseStorageSettings): ArtefactStore {
  const object = (kind: string, key: string) =>
    `${url.replace(/\/$/, '')}/storage/v1/${kind}/${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`
  const headers = { apikey: secretKey, authorization: `Bearer ${secretKey}` }
  return {
    async write(key, chunks) {
      // Typed for browsers, which cannot do it: Node wants to be told that the body is sent before the answer comes.
      const init: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/octet-stream', 'x-upsert': 'true' },
        body: byteStream(() => chunks),
        duplex: 'half',
        redirect: 'error',
        signal: AbortSignal.timeout(WRITE_TIMEOUT_MS),
      }
      await expectSuccess(await fetch(object('object', key), init), key)
    },
    async *read(key, { start, end }) {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS)
      try {
        const response = await fetch(object('object/authenticated', key), {
          headers: { ...headers, range: `bytes=${start}-${end}` },
          redirect: 'error',
          signal: abort.signal,
        })
        clearTimeout(timer)
        if (response.status !== 206) await expectSuccess(response, key)
        if (!response.body) throw new Error(`The object ${key} came without a body`)
        yield* within(response.body, response.status === 206 ? 0 : start, end - start + 1)
      } finally {
        clearTimeout(timer)
        // Also when the reader leaves early.
        abort.abort()
      }
    },
    async remove(key) {
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
      const response = await fetch(object('object', key), {
        method: 'DELETE',
        headers,
        redirect: 'error',
        signal,
      })
      const text = await response.text()
      // Storage answers 400 with a status of 404 in the body for what is not there.
      if (!response.ok && response.status !== 404 && !/not.?found/i.test(text)) {
        throw new Error(`Storage refused to remove ${key}: ${response.status}`)
      }
    },
  }
}

/** A server that ignores ranges sends everything: only what was asked for goes on. */
async function* within(body: AsyncIterable<Uint8Array>, skip: number, length: number) {
  let [toSkip, left] = [skip, length]
  for await (const chunk of body) {
    const part = chunk.subarray(Math.min(toSkip, chunk.byteLength)).subarray(0, left)
    toSkip -= Math.min(toSkip, chunk.byteLength)
    left -= part.byteLength
    if (part.byteLength > 0) yield part
    if (left === 0) return
  }
}

async function expectSuccess(response: Response, key: string): Promise<void> {
  if (response.ok) return
  const text = (await response.text().catch(() => '')).slice(0, 200)
  throw new Error(`Storage refused ${key}: ${response.status} ${text}`)
}
