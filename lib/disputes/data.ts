/** All database access of disputes: each act is one SQL function that decides who may. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import type { ArtefactStoreName } from '#lib/platform/artefact-store-port'
import { asActor, asService, callAsActor, selectValue } from '#lib/platform/db'
import type { Dispute, DisputeFilter, DisputeSummary, OpenDisputeInput, Verdict } from './schemas.ts'

export async function insertDispute(
  actor: SignedInActor,
  id: string,
  { code, reason }: OpenDisputeInput,
): Promise<Dispute> {
  return await callAsActor(actor, sql<Dispute>`commerce.open_dispute(${id}::uuid, ${code}, ${reason})`)
}

export async function selectDispute(actor: SignedInActor, id: string): Promise<Dispute | null> {
  return await callAsActor(actor, sql<Dispute | null>`commerce.read_dispute(${id}::uuid)`)
}

export async function insertStatement(actor: SignedInActor, id: string, text: string): Promise<Dispute> {
  return await callAsActor(actor, sql<Dispute>`commerce.speak_in_dispute(${id}::uuid, ${text})`)
}

export async function withdraw(actor: SignedInActor, id: string): Promise<Dispute> {
  return await callAsActor(actor, sql<Dispute>`commerce.withdraw_dispute(${id}::uuid)`)
}

export async function decide(
  actor: SignedInActor,
  id: string,
  { outcome, reason }: Verdict,
): Promise<Dispute> {
  return await callAsActor(actor, sql<Dispute>`commerce.decide_dispute(${id}::uuid, ${outcome}, ${reason})`)
}

export type DisputeScope = 'buyer' | 'seller' | 'operator'

export async function selectDisputes(
  actor: SignedInActor,
  scope: DisputeScope,
  state: DisputeFilter | null,
  after: { at: string; id: string } | null,
  limit: number,
): Promise<DisputeSummary[]> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<
        DisputeSummary[]
      >`commerce.list_disputes(${scope}, ${state}::text, ${after?.at ?? null}::text::timestamptz,
        ${after?.id ?? null}::uuid, ${limit}::int)`,
    ),
  )
}

export async function beginFile(
  actor: SignedInActor,
  id: string,
  name: string,
  store: ArtefactStoreName,
): Promise<{ id: string; key: string }> {
  return await callAsActor(
    actor,
    sql<{ id: string; key: string }>`commerce.begin_dispute_file(${id}::uuid, ${name}, ${store})`,
  )
}

export async function finishFile(
  actor: SignedInActor,
  fileId: string,
  facts: { sha256: string; sizeBytes: number; mediaType: string },
): Promise<Dispute> {
  return await callAsActor(
    actor,
    sql<Dispute>`commerce.finish_dispute_file(${fileId}::uuid, ${facts.sha256}, ${facts.sizeBytes}::bigint,
      ${facts.mediaType})`,
  )
}

export async function abandonFile(actor: SignedInActor, fileId: string): Promise<void> {
  await callAsActor(actor, sql`commerce.abandon_dispute_file(${fileId}::uuid)`)
}

export interface StoredFile {
  name: string
  mediaType: string
  sizeBytes: number
  sha256: string
  store: ArtefactStoreName
  key: string
}

export async function selectFile(
  actor: SignedInActor,
  id: string,
  fileId: string,
): Promise<StoredFile | null> {
  return await callAsActor(
    actor,
    sql<StoredFile | null>`commerce.read_dispute_file(${id}::uuid, ${fileId}::uuid)`,
  )
}

/** Decides one dispute whose time is over. Answers how many it was. */
export async function decideOverdue(): Promise<number> {
  return await asService((db) => selectValue(db, sql<number>`public.tend_disputes(1)`))
}
