import { deleteReview } from '#lib/catalog/delete-review'
import { deleteReviewEndpoint, getReviewEndpoint, writeReviewEndpoint } from '#lib/catalog/endpoints'
import { getOwnReview } from '#lib/catalog/get-own-review'
import { writeReview } from '#lib/catalog/write-review'
import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(getReviewEndpoint, async ({ actor, params }) => {
  return await getOwnReview(actor, formatHandle(params.namespace, params.name))
})

export const PUT = defineRoute(writeReviewEndpoint, async ({ actor, params, body }) => {
  return await writeReview(actor, formatHandle(params.namespace, params.name), body)
})

export const DELETE = defineRoute(deleteReviewEndpoint, async ({ actor, params }) => {
  await deleteReview(actor, formatHandle(params.namespace, params.name))
  return reply(204, undefined)
})
