/**
 * Owns where our own server (`scripts/stack/web-server.ts`) and the code that Next bundles meet: in one process, but
 * with modules of their own. It knows neither. Where Next serves HTTP itself there is no front, and nothing is missing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One step on a request's way to Next: it answers, or it lets the request go on. */
export type Stage = (request: IncomingMessage, response: ServerResponse, goOn: () => void) => void

export interface Front {
  /** Answers the endpoints of the API. Set while Next starts. */
  api: Stage | null
}

const KEY = Symbol.for('souk.front')
const shared = globalThis as { [KEY]?: Front }

/** Once, before Next starts. */
export function openFront(): Front {
  shared[KEY] = { api: null }
  return shared[KEY]
}

export function openedFront(): Front | undefined {
  return shared[KEY]
}
