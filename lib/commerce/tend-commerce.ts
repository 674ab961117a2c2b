import 'server-only'
import { tend } from './data.ts'

/** Ends holds whose time is over, makes payable what was held long enough, counts sales. Safe to repeat. */
export async function tendCommerce(): Promise<Record<string, number>> {
  return await tend()
}
