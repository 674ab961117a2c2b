import 'server-only'
import { type LedgerFault, type LedgerSize, readFaults, readSize } from './data.ts'

export interface LedgerReport extends LedgerSize {
  /** Empty when every hash, chain, sum and balance is what it was written as. */
  faults: LedgerFault[]
}

/** Recomputes every hash, chain, sum and balance of the ledger from its rows. For operators and the command line. */
export async function verifyLedger(): Promise<LedgerReport> {
  const faults = await readFaults()
  return { ...(await readSize()), faults }
}
