import { setStockEndpoint } from '#lib/commerce/endpoints'
import { limitStock } from '#lib/commerce/limit-stock'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'

export const PUT = defineRoute(
  setStockEndpoint,
  async ({ actor, params, body }) =>
    await limitStock(actor, formatHandle(params.namespace, params.name), body.seats),
)
