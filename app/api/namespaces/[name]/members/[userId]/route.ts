import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { changeMember } from '#lib/publishing/change-member'
import { changeMemberEndpoint, removeMemberEndpoint } from '#lib/publishing/namespace-endpoints'

export const PATCH = defineRoute(changeMemberEndpoint, async ({ actor, params, body }) => {
  await changeMember(actor, params.name, params.userId, body.role)
  return reply(204, undefined)
})

export const DELETE = defineRoute(removeMemberEndpoint, async ({ actor, params }) => {
  await changeMember(actor, params.name, params.userId, null)
  return reply(204, undefined)
})
