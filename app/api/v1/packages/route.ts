import type { ReceivedBody } from '#lib/http/endpoint'
import { defineRoute } from '#lib/http/define-route'
import { Problem } from '#lib/kernel/problem'
import { publishVersionEndpoint } from '#lib/publishing/endpoints'
import { publishVersion } from '#lib/publishing/publish-version'

export const POST = defineRoute(publishVersionEndpoint, async ({ actor, query, body }) => {
  const { bytes, category } = await readUpload(body)
  return await publishVersion(actor, bytes, { category: category ?? query.category })
})

/** The manifest's bytes, untouched, from a bare body or from the `file` part of a form. */
async function readUpload(body: ReceivedBody): Promise<{ bytes: Uint8Array; category?: string }> {
  if (body.contentType !== 'multipart/form-data') return { bytes: body.bytes }
  const form = await body.formData()
  const file = form.get('file')
  if (!(file instanceof File)) {
    throw new Problem('bad_request', 'The form has no file.', {
      issues: [{ path: 'file', message: 'Send the manifest as a file part called "file"' }],
    })
  }
  const category = form.get('category')
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    ...(typeof category === 'string' && category !== '' ? { category } : {}),
  }
}
