import { defineRoute } from '#lib/http/define-route'
import { getUnitPricesEndpoint, setUnitPricesEndpoint } from '#lib/metering/endpoints'
import { getUnitPrices } from '#lib/metering/get-unit-prices'
import { setUnitPrices } from '#lib/metering/set-unit-prices'

export const GET = defineRoute(
  getUnitPricesEndpoint,
  async ({ actor, params }) => await getUnitPrices(actor, `${params.namespace}/${params.name}`),
)
export const PUT = defineRoute(
  setUnitPricesEndpoint,
  async ({ actor, params, body }) => await setUnitPrices(actor, `${params.namespace}/${params.name}`, body),
)
