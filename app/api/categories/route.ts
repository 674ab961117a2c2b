import { listCategoriesEndpoint } from '#lib/catalog/endpoints'
import { categoriesForEverybody } from '#lib/catalog/for-everybody'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(listCategoriesEndpoint, async () => {
  const items = await categoriesForEverybody()
  return { items, meta: { total: items.length } }
})
