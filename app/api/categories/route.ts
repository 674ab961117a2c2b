import { listCategoriesEndpoint } from '#lib/catalog/endpoints'
import { listCategories } from '#lib/catalog/list-categories'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(listCategoriesEndpoint, async () => {
  const items = await listCategories()
  return { items, meta: { total: items.length } }
})
