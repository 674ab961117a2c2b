/**
 * Owns where our own server (`scripts/stack/web-server.ts`) and the code that Next bundles meet: in one process, but
 * with modules of their own. It knows neither. Where Next serves HTTP itself there is no front, and nothing is missing.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Hands a request to what stands behind; of its own making, if it likes. */
export type GoOn = (request?: IncomingMessage, response?: ServerResponse) => void

/** One step on a request's way to Next: it answers, or it lets the request go on. */
export type Stage = (request: IncomingMessage, response: ServerResponse, goOn: GoOn) => void

/** All of them are set while Next starts. */
export interface Front {
  /** Refuses who asks too much. Absent where nobody is limited. */
  limits: Stage | null
  /** Keeps answers that say they may be kept. Absent where another cache stands in front. */
  edge: Stage | null
  /** Refuses who asks too much of what the edge has not. Absent where nobody is limited, or all is counted before. */
  misses: Stage | null
  /** Makes public pages the same for everybody. */
  pages: Stage | null
  /** Answers the endpoints of the API. */
  api: Stage | null
  /** By this requests are known that the front itself made; it never leaves the process. */
  secret: string
  /** How long to take requests after the readiness has gone. */
  drainMs: number
  /** What is done once the last answer is sent, one after the other. */
  ends: (() => Promise<void>)[]
  /** The server is about to stop: whoever spreads requests should send no more. */
  isDraining: boolean
}

/** On a request that the front made for nobody in particular, with the front's secret. */
export const INNER_HEADER = 'x-souk-inner'

const KEY = Symbol.for('souk.front')
const shared = globalThis as { [KEY]?: Front }

/** Once, before Next starts. */
export function openFront(): Front {
  shared[KEY] = {
    ...{ limits: null, edge: null, misses: null, pages: null, api: null },
    ...{ secret: randomUUID(), drainMs: 0, ends: [], isDraining: false },
  }
  return shared[KEY]
}

export function openedFront(): Front | undefined {
  return shared[KEY]
}

/** Whether a request was made by the front, so that its answer is for everybody and counts for nobody. */
export function isInner(headers: Pick<Headers, 'get'>): boolean {
  const secret = shared[KEY]?.secret
  return secret !== undefined && headers.get(INNER_HEADER) === secret
}
