import { resolveCaller } from '#lib/http/actor'
import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { listMarketplaceEndpoint } from '#lib/search/endpoints'
import { explainMarketplace, listMarketplace } from '#lib/search/list-marketplace'

export const GET = defineRoute(listMarketplaceEndpoint, async ({ query, request }) => {
  if (query.explain === undefined) {
    const page = await listMarketplace(query)
    // What there was no time to find out is no answer for whoever asks next.
    return page.meta.incomplete ? reply(200, page, { 'cache-control': 'no-store' }) : page
  }
  // The one thing here that depends on the caller, so it must not end up in a shared cache.
  const { actor } = await resolveCaller(request.headers)
  return reply(200, await explainMarketplace(actor, query), { 'cache-control': 'no-store' })
})
