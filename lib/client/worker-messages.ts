/** What pages say to the service worker. One of an older build may stand at either end: what is not known is ignored. */

export type WorkerMessage =
  /** The reader agreed to the newer one. */
  | 'SKIP_WAITING'
  /** A page was opened without a navigation that the worker could have seen. */
  /** Since when it has been visited, by the clock of this device in milliseconds. */
  | { kind: 'KEEP_PAGE'; url: string; sinceMs: number }
  /** Send what waits to be bought. Answered with {@link TAKEN} by the port that comes along. */
  | { kind: 'DRAIN'; isEager: boolean }

export const TAKEN = 'TAKEN'

export function readWorkerMessage(data: unknown): WorkerMessage | null {
  if (data === 'SKIP_WAITING') return data
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null
  if (data.kind === 'KEEP_PAGE' && 'url' in data && typeof data.url === 'string') {
    const sinceMs = 'sinceMs' in data && typeof data.sinceMs === 'number' ? data.sinceMs : 0
    return { kind: 'KEEP_PAGE', url: data.url, sinceMs }
  }
  if (data.kind === 'DRAIN') return { kind: 'DRAIN', isEager: 'isEager' in data && data.isEager === true }
  return null
}
