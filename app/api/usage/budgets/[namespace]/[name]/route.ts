import { defineRoute } from '#lib/http/define-route'
import { revokeBudgetEndpoint, setBudgetEndpoint } from '#lib/metering/endpoints'
import { revokeBudget } from '#lib/metering/revoke-budget'
import { setBudget } from '#lib/metering/set-budget'

export const PUT = defineRoute(
  setBudgetEndpoint,
  async ({ actor, params, body }) => await setBudget(actor, `${params.namespace}/${params.name}`, body),
)
export const DELETE = defineRoute(
  revokeBudgetEndpoint,
  async ({ actor, params }) => await revokeBudget(actor, `${params.namespace}/${params.name}`),
)
