import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import {
  clearSearchHistoryEndpoint,
  keepSearchHistoryEndpoint,
  listSearchHistoryEndpoint,
  rememberSearchEndpoint,
} from '#lib/search/endpoints'
import { forgetSearches } from '#lib/search/forget-searches'
import { keepSearchHistory } from '#lib/search/keep-search-history'
import { listSearchHistory } from '#lib/search/list-search-history'
import { rememberSearch } from '#lib/search/remember-search'

export const GET = defineRoute(listSearchHistoryEndpoint, async ({ actor }) => await listSearchHistory(actor))
export const POST = defineRoute(rememberSearchEndpoint, async ({ actor, body }) => {
  await rememberSearch(actor, body.query)
  return reply(204, undefined)
})
export const PATCH = defineRoute(keepSearchHistoryEndpoint, async ({ actor, body }) => {
  await keepSearchHistory(actor, body.isKept)
  return reply(204, undefined)
})
export const DELETE = defineRoute(clearSearchHistoryEndpoint, async ({ actor }) => {
  await forgetSearches(actor, null)
  return reply(204, undefined)
})
