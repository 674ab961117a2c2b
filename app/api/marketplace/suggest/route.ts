import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { suggestEndpoint } from '#lib/search/endpoints'
import { suggest } from '#lib/search/suggest'

export const GET = defineRoute(suggestEndpoint, async ({ query }) => {
  const suggestions = await suggest(query.q)
  // What there was no time to find out is no answer for whoever asks next.
  return suggestions.incomplete ? reply(200, suggestions, { 'cache-control': 'no-store' }) : suggestions
})
