/** Owns the memory of which requests were already asked for everybody, so that no stage behind asks that again. */
import 'server-only'
import type { IncomingMessage } from 'node:http'

const asked = new WeakSet<IncomingMessage>()

/** What everybody may see of its address is not enough for whoever sent it. */
export function noteAskedForAll(request: IncomingMessage): void {
  asked.add(request)
}

export function wasAskedForAll(request: IncomingMessage): boolean {
  return asked.has(request)
}
