import { defineRoute } from '#lib/http/define-route'
import { createToken } from '#lib/identity/create-token'
import { createTokenEndpoint, listTokensEndpoint } from '#lib/identity/endpoints'
import { listTokens } from '#lib/identity/list-tokens'

export const GET = defineRoute(listTokensEndpoint, async ({ actor }) => await listTokens(actor))
export const POST = defineRoute(
  createTokenEndpoint,
  async ({ actor, body }) => await createToken(actor, body),
)
