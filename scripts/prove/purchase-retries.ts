/** Sends each purchase several times at once over HTTP, through connections that are cut, until every one is answered. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, type Purchase, purchasesOverHttp } from '../../bench/commerce-requests.ts'
import { startCutter } from './connection-cutter.ts'

const SENT_AT_ONCE = 5
const CLIENTS = 8
const CUT_EVERY_MS = 15
const PATIENCE = 500

export interface Retries {
  purchases: number
  /** Requests sent, answered or not. */
  sent: number
  /** Connections that the relay reset. */
  cut: number
  /** Answers that never came whole. */
  lost: number
  /** Told that the same request was still running, or 503: that the server could not just then. Any other fault of the server is one. */
  again: number
}

/** @throws when the answers to one purchase differ, or when one is refused. */
export async function retryEverything(
  port: number,
  authorizations: ReadonlyMap<string, string>,
  purchase: (index: number) => Purchase,
  count: number,
): Promise<Retries> {
  const cutter = await startCutter(port, CUT_EVERY_MS)
  const retries: Retries = { purchases: count, sent: 0, cut: 0, lost: 0, again: 0 }
  // A pool of connections each, as five devices would have.
  const senders = Array.from({ length: SENT_AT_ONCE }, () => purchasesOverHttp(cutter.origin, authorizations))
  const untilAnswered = async (send: (one: Purchase) => Promise<Answer>, one: Purchase): Promise<string> => {
    for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
      retries.sent += 1
      const answer = await send(one).catch(() => null)
      if (answer?.status === 201) return answer.body
      if (answer === null) retries.lost += 1
      else if (answer.status === 503 || answer.body.includes('idempotency_in_flight')) retries.again += 1
      else throw new Error(`${one.key} was refused: ${answer.status} ${answer.body}`)
      await delay(5)
    }
    throw new Error(`${one.key} was not answered`)
  }
  let next = 0
  const client = async () => {
    for (let index = next++; index < count; index = next++) {
      const one = purchase(index)
      const bodies = new Set(await Promise.all(senders.map((send) => untilAnswered(send, one))))
      if (bodies.size !== 1)
        throw new Error(`${one.key} was answered in ${bodies.size} ways: ${[...bodies].join(' ')}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: CLIENTS }, client))
    return { ...retries, cut: cutter.cut() }
  } finally {
    cutter.stop()
  }
}
