/** Reads manifests off the main thread: one message in, one out, tied by its id. */
import { type ManifestResult, parseManifest } from '#lib/kernel/manifest'

export interface CheckRequest {
  id: number
  input: string | Uint8Array
}

export interface CheckAnswer {
  id: number
  result: ManifestResult
}

self.addEventListener('message', ({ data }: MessageEvent<CheckRequest>) => {
  const answer: CheckAnswer = { id: data.id, result: parseManifest(data.input) }
  self.postMessage(answer)
})
