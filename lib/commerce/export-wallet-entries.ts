import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { formatCsv } from '#lib/kernel/csv'
import { readWalletEntries } from './data.ts'
import type { WalletEntryFilter } from './schemas.ts'

const MAX_ROWS = 10_000
const HEADER = ['time', 'kind', 'subject', 'credits', 'balance', 'transaction', 'order', 'charged_of_hold']

/** The statement of the caller's wallet as CSV, newest first, at most 10,000 entries. */
export async function exportWalletEntries(actor: SignedInActor, filter: WalletEntryFilter): Promise<string> {
  const entries = await readWalletEntries(actor, filter, { before: null, limit: MAX_ROWS })
  return formatCsv(
    HEADER,
    entries.map(({ createdAt, kind, subject, amount, balance, transactionId, orderId, hold }) => [
      ...[
        createdAt,
        kind,
        subject,
        amount.amount,
        balance.amount,
        transactionId,
        orderId,
        hold?.charged.amount ?? null,
      ],
    ]),
  )
}
