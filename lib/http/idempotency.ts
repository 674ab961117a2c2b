/**
 * Owns that a request with an `Idempotency-Key` has its effect once: the first one's answer is kept and given again to
 * whoever repeats it. It knows no endpoint; those that keep their answers in their own transaction say so.
 */
import 'server-only'
import { createHash, hash, randomUUID } from 'node:crypto'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { mayHaveHappened } from '#lib/platform/database-problem'
import { afterWaiting } from '#lib/platform/db'
import { type AnswerClaim, type ClaimOutcome, forgetAnswers } from '#lib/platform/kept-answers'
import { orAfter } from '#lib/platform/or-after'
import type { Answer } from './answer.ts'
import { type KeptAnswer, openAnswer, sealAnswer } from './sealed-answer.ts'

export interface AnswerStore {
  claim: (claim: AnswerClaim) => Promise<ClaimOutcome>
  keep: (held: Pick<AnswerClaim, 'keyHash' | 'lease'>, status: number, answer: Buffer) => Promise<boolean>
  letGo: (held: Pick<AnswerClaim, 'keyHash' | 'lease'>) => Promise<void>
}

export interface IdempotencyDependencies {
  store: AnswerStore
  /** Known to every instance, and not to the database. */
  secret: () => string
  /**
   * How long an answer waits for the key to be seen to. Usually it is by then, and whoever tries again at once finds it so;
   * but who has waited for a database that hangs does not wait for it twice.
   */
  patienceMs: number
  /** The effect has happened, but the answer could not be kept, or the claim not be let go of. */
  onFailure: (error: unknown) => void
}

export interface Attempt {
  actor: SignedInActor
  idempotencyKey: string
  fingerprint: Buffer
}

/** Runs what the attempt asks for, unless it was done before. */
export type Once = (attempt: Attempt, run: () => Promise<Answer>) => Promise<Answer>

/** Within it a request that crashed, or whose end is unknown, holds its key; longer than any request takes. */
export const LEASE_SECONDS = 60
export const KEEP_SECONDS = 24 * 60 * 60
const ANSWER_MAX_BYTES = 1024 * 1024

export const REPLAYED_HEADER = 'idempotency-replayed'
/** The rest belongs to the exchange, not to the answer. */
const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-type', 'etag', 'location']

const BOUNDARY = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i

/** What must be the same for two requests to be the same: method, address, body byte for byte but for its boundaries. */
export function fingerprintOf(request: Request, body: Uint8Array | null): Buffer {
  const { pathname, search } = new URL(request.url)
  const digest = createHash('sha256').update(`${request.method}\n${pathname}${search}\n`)
  for (const piece of piecesOf(body, request.headers.get('content-type'))) {
    digest.update(piece)
  }
  return digest.digest()
}

/** Clients make up another boundary (RFC 2046 section 5.1.1) for each time they send the same form. */
function piecesOf(body: Uint8Array | null, contentType: string | null): (Uint8Array | string)[] {
  if (body === null) return []
  const [, quoted, plain] = BOUNDARY.exec(contentType ?? '') ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return [body]
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const pieces: (Uint8Array | string)[] = []
  let start = 0
  for (let end = bytes.indexOf(delimiter); end >= 0; end = bytes.indexOf(delimiter, start)) {
    pieces.push(bytes.subarray(start, end), '--boundary')
    start = end + delimiter.byteLength
  }
  return [...pieces, bytes.subarray(start)]
}

/**
 * @throws Problem `idempotency_key_reused`, `idempotency_in_flight`, or what `run` throws: then nothing is kept, and the
 *   key is free, unless what `run` was to do may have happened or may happen yet. Then it is held until the lease ends.
 */
export function onceWith({ store, secret, patienceMs, onFailure }: IdempotencyDependencies): Once {
  return async ({ actor, idempotencyKey, fingerprint }, run) => {
    const caller = actor.kind === 'token' ? `token ${actor.tokenId}` : `user ${actor.userId}`
    const keyHash = hash('sha256', `${caller}\n${idempotencyKey}`, 'buffer')
    const lease = randomUUID()
    const limits = { leaseSeconds: LEASE_SECONDS, keepSeconds: KEEP_SECONDS }
    const startedAt = performance.now()
    const claimed = await store.claim({ keyHash, userId: actor.userId, fingerprint, lease, ...limits })
    const sealing = {
      idempotencyKey,
      caller,
      context: Buffer.concat([keyHash, fingerprint]),
      secret: secret(),
    }
    if (claimed.outcome === 'replay') return replay(openAnswer(claimed.answer, sealing))
    if (claimed.outcome !== 'run') throw refusalOf(claimed)
    const held = { keyHash, lease }
    // The effect has happened or has not; what happens to the key changes neither.
    const inBrief = (work: Promise<unknown>) => orAfter(patienceMs, work.catch(onFailure), undefined)
    let answer: Answer
    try {
      answer = await afterWaiting(performance.now() - startedAt, run)
    } catch (error) {
      if (!mayHaveHappened(error)) await inBrief(store.letGo(held))
      throw error
    }
    const kept = keepable(answer)
    await inBrief(kept ? store.keep(held, kept.status, sealAnswer(kept, sealing)) : store.letGo(held))
    return answer
  }
}

const FORGET_BATCH = 5_000

/** Forgets the answers whose time is over. */
export async function forgetKeptAnswers(): Promise<void> {
  while ((await forgetAnswers(FORGET_BATCH)) === FORGET_BATCH);
}

/** Refusals changed nothing, so the next attempt may fare better; failures are not to be repeated for a day. */
function keepable({ status, headers, body }: Answer): KeptAnswer | null {
  if (status >= 400 || body instanceof ReadableStream) return null
  if (body !== null && Buffer.byteLength(body) > ANSWER_MAX_BYTES) return null
  const kept = KEPT_HEADERS.flatMap((name): [string, string][] => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return { status, headers: kept, body }
}

function replay(kept: KeptAnswer | null): Answer {
  if (!kept) {
    throw new Problem(
      'conflict',
      'This was done before, but its answer can no longer be read. Look at the current state.',
    )
  }
  return {
    status: kept.status,
    headers: new Headers([...kept.headers, [REPLAYED_HEADER, 'true']]),
    body: kept.body,
  }
}

function refusalOf(claimed: Extract<ClaimOutcome, { outcome: 'reused' | 'in_flight' }>): Problem {
  if (claimed.outcome === 'reused') {
    return new Problem('idempotency_key_reused', 'This Idempotency-Key was used for another request.')
  }
  return new Problem(
    'idempotency_in_flight',
    'The first request with this Idempotency-Key is still running.',
    {
      headers: { 'retry-after': String(claimed.waitSeconds) },
    },
  )
}
