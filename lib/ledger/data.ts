/** All database access of the ledger's own readers. Money is moved by its SQL functions alone. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import { selectValue, unhurriedAsService } from '#lib/platform/db'

/** One thing in the ledger that does not fit what it was written as. */
export interface LedgerFault {
  fault: string
  subject: string
}

export interface LedgerSize {
  transactions: number
  entries: number
  fingerprint: string
}

export async function readFaults(): Promise<LedgerFault[]> {
  return await unhurriedAsService(async (db) => {
    const result = await sql<LedgerFault>`select fault, subject from ledger.verify()`.execute(db)
    return result.rows
  })
}

export async function readSize(): Promise<LedgerSize> {
  return await unhurriedAsService((db) =>
    selectValue(
      db,
      sql<LedgerSize>`jsonb_build_object(
        'transactions', (select count(*) from ledger.transactions),
        'entries', (select count(*) from ledger.entries),
        'fingerprint', ledger.fingerprint())`,
    ),
  )
}
