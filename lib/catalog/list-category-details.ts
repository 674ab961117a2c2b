import 'server-only'
import { readCategoryDetails } from './data.ts'
import type { CategoryDetail } from './schemas.ts'

/** Active categories in display order, with what belongs in each and how many packages it lists. */
export async function listCategoryDetails(): Promise<CategoryDetail[]> {
  return await readCategoryDetails(null)
}
