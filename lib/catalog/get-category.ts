import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { readCategoryDetails } from './data.ts'
import type { CategoryDetail } from './schemas.ts'

/** @throws Problem `not_found` also for a category that is no longer active. */
export async function getCategory(slug: string): Promise<CategoryDetail> {
  const [category] = await readCategoryDetails(slug)
  if (!category) throw new Problem('not_found', `There is no category "${slug}".`)
  return category
}
