import { getWalletEndpoint } from '#lib/commerce/endpoints'
import { getWallet } from '#lib/commerce/get-wallet'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getWalletEndpoint, async ({ actor }) => await getWallet(actor))
