import 'server-only'
import { readCategoryCounts } from './data.ts'
import type { CategoryCount } from './schemas.ts'

/** Active categories in display order with how many packages each lists. */
export async function listCategories(): Promise<CategoryCount[]> {
  return await readCategoryCounts()
}
