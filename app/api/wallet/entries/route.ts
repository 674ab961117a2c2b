import { listWalletEntriesEndpoint } from '#lib/commerce/endpoints'
import { listWalletEntries } from '#lib/commerce/list-wallet-entries'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  listWalletEntriesEndpoint,
  async ({ actor, query }) => await listWalletEntries(actor, query),
)
