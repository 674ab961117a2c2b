import { exportWalletEntriesEndpoint } from '#lib/commerce/endpoints'
import { exportWalletEntries } from '#lib/commerce/export-wallet-entries'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(exportWalletEntriesEndpoint, async ({ actor, query }) => {
  return new Response(await exportWalletEntries(actor, query), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="souk-wallet.csv"',
    },
  })
})
