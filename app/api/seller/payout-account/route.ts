import { defineRoute } from '#lib/http/define-route'
import { connectSeller, getPayoutAccount } from '#lib/payments/connect-seller'
import { connectSellerEndpoint, getPayoutAccountEndpoint } from '#lib/payments/endpoints'

export const GET = defineRoute(getPayoutAccountEndpoint, async ({ actor }) => await getPayoutAccount(actor))
export const POST = defineRoute(connectSellerEndpoint, async ({ actor }) => await connectSeller(actor))
