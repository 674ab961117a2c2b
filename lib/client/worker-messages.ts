/** What pages say to the service worker. One of an older build may stand at either end: what is not known is ignored. */

export type WorkerMessage =
  /** The reader agreed to the newer one. */
  | 'SKIP_WAITING'
  /** A page was opened without a navigation that the worker could have seen. */
  | { kind: 'KEEP_PAGE'; url: string }
  /** Send what waits to be bought. Answered with {@link TAKEN} by the port that comes along. */
  | { kind: 'DRAIN'; isEager: boolean }

export const TAKEN = 'TAKEN'

export function readWorkerMessage(data: unknown): WorkerMessage | null {
  if (data === 'SKIP_WAITING') return data
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null
  if (data.kind === 'KEEP_PAGE' && 'url' in data && typeof data.url === 'string') {
    return { kind: 'KEEP_PAGE', url: data.url }
  }
  if (data.kind === 'DRAIN') return { kind: 'DRAIN', isEager: 'isEager' in data && data.isEager === true }
  return null
}
