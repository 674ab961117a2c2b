/**
 * Owns where manifests are read in the browser: in a worker, with a deadline, or in the page where no worker can be had.
 * The rules are the server's own; whoever asks gets the same faults that publishing would answer.
 */
import type { ManifestResult } from '#lib/kernel/manifest'
import type { CheckAnswer, CheckRequest } from './manifest-worker.ts'

export interface ManifestChecker {
  /** Never rejects. */
  check(input: string | Uint8Array): Promise<ManifestResult>
  close(): void
}

interface Waiting {
  input: string | Uint8Array
  resolve: (result: ManifestResult) => void
  timer: ReturnType<typeof setTimeout>
}

const DEADLINE_MS = 5_000

const TOO_SLOW: ManifestResult = {
  ok: false,
  issues: [{ path: '', message: 'This takes too long to read: make it simpler.', line: 1, column: 1 }],
}

export function createManifestChecker(): ManifestChecker {
  /** `null`: this browser or its policy allows none. */
  let worker: Worker | null | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  const settle = (id: number, result: ManifestResult) => {
    const entry = waiting.get(id)
    if (!entry) return
    clearTimeout(entry.timer)
    waiting.delete(id)
    entry.resolve(result)
  }
  const giveUpOnWorkers = () => {
    worker?.terminate()
    worker = null
    for (const [id, { input }] of waiting) void checkHere(input).then((result) => settle(id, result))
  }
  const running = (): Worker | null => {
    if (worker !== undefined) return worker
    worker = startWorker()
    worker?.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => settle(data.id, data.result))
    worker?.addEventListener('error', giveUpOnWorkers)
    return worker
  }
  return {
    check(input) {
      const started = running()
      if (started === null) return checkHere(input)
      return new Promise((resolve) => {
        const id = (lastId += 1)
        const timer = setTimeout(() => {
          worker?.terminate()
          worker = undefined
          for (const waitingId of [...waiting.keys()]) settle(waitingId, TOO_SLOW)
        }, DEADLINE_MS)
        waiting.set(id, { input, resolve, timer })
        started.postMessage({ id, input } satisfies CheckRequest)
      })
    },
    close() {
      worker?.terminate()
      worker = undefined
      for (const id of [...waiting.keys()]) settle(id, TOO_SLOW)
    },
  }
}

function startWorker(): Worker | null {
  try {
    return new Worker(new URL('./manifest-worker.ts', import.meta.url), { type: 'module' })
  } catch {
    return null
  }
}

async function checkHere(input: string | Uint8Array): Promise<ManifestResult> {
  // Workers have a policy of their own; the page's forbids the code that zod would generate for speed.
  const { config } = await import('zod')
  config({ jitless: true })
  const { parseManifest } = await import('#lib/kernel/manifest')
  return parseManifest(input)
}
