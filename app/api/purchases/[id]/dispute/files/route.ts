import { addFile } from '#lib/disputes/add-file'
import { addDisputeFileEndpoint } from '#lib/disputes/endpoints'
import { defineRoute } from '#lib/http/define-route'
import { Problem } from '#lib/kernel/problem'

export const POST = defineRoute(addDisputeFileEndpoint, async ({ actor, params, body }) => {
  const file = (await body.formData()).get('file')
  if (!(file instanceof File)) {
    throw new Problem('validation_failed', 'Send one file.', {
      issues: [{ path: 'file', message: 'Is missing' }],
    })
  }
  return await addFile(actor, params.id, {
    name: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
  })
})
