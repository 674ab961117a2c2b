import 'server-only'
import { chargeBudgets } from './data.ts'

const BATCH = 500

/** Every hour: adds up usage, charges it to the budgets' holds, closes budgets whose time is over. Safe to repeat. */
export async function chargeUsage(): Promise<void> {
  while ((await chargeBudgets()) === BATCH);
}
