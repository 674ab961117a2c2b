/**
 * Owns the rows in which answers are kept under idempotency keys. As the service: no caller may read what was answered,
 * and an answer stays kept when the rights that led to it have changed. It knows neither keys nor what an answer holds.
 */
import 'server-only'
import { sql } from 'kysely'
import { asServiceInTime, asService, selectValue } from './db.ts'

export interface AnswerClaim {
  keyHash: Buffer
  userId: string
  fingerprint: Buffer
  lease: string
  leaseSeconds: number
  keepSeconds: number
}

export type ClaimOutcome =
  | { outcome: 'run' }
  | { outcome: 'replay'; answer: Buffer }
  | { outcome: 'reused' }
  | { outcome: 'in_flight'; waitSeconds: number }

type Held = Pick<AnswerClaim, 'keyHash' | 'lease'>

export async function claimAnswer(claim: AnswerClaim): Promise<ClaimOutcome> {
  const { keyHash, userId, fingerprint, lease, leaseSeconds, keepSeconds } = claim
  const { rows } = await asServiceInTime((db) =>
    sql<{ outcome: ClaimOutcome['outcome']; answer: Buffer | null; wait_seconds: number | null }>`
      select outcome, answer, wait_seconds from identity.claim_answer(${keyHash}, ${userId}::uuid, ${fingerprint},
        ${lease}::uuid, ${leaseSeconds}::integer, ${keepSeconds}::integer)`.execute(db),
  )
  const [row] = rows
  if (!row) throw new Error('claim_answer always answers')
  if (row.outcome === 'replay' && row.answer) return { outcome: 'replay', answer: row.answer }
  if (row.outcome === 'run' || row.outcome === 'reused') return { outcome: row.outcome }
  return { outcome: 'in_flight', waitSeconds: row.wait_seconds ?? 1 }
}

/** False when the lease had run out and somebody else has it. */
export async function keepAnswer({ keyHash, lease }: Held, status: number, answer: Buffer): Promise<boolean> {
  return await asServiceInTime((db) =>
    selectValue(
      db,
      sql<boolean>`identity.keep_answer(${keyHash}, ${lease}::uuid, ${status}::integer, ${answer})`,
    ),
  )
}

export async function letGoOfAnswer({ keyHash, lease }: Held): Promise<void> {
  await asServiceInTime((db) => sql`select identity.let_go_of_answer(${keyHash}, ${lease}::uuid)`.execute(db))
}

/** Forgets up to `limit` answers whose time is over. Answers how many it were. */
export async function forgetAnswers(limit: number): Promise<number> {
  return await asService((db) => selectValue(db, sql<number>`identity.forget_answers(${limit}::integer)`))
}
