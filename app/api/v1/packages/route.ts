import type { ReceivedBody } from '#lib/http/endpoint'
import { defineRoute } from '#lib/http/define-route'
import { Problem } from '#lib/kernel/problem'
import { publishVersionEndpoint } from '#lib/publishing/endpoints'
import { publishVersion } from '#lib/publishing/publish-version'
import { fileReferenceSchema } from '#lib/publishing/schemas'

export const POST = defineRoute(publishVersionEndpoint, async ({ actor, query, body }) => {
  const { bytes, category, files } = await readUpload(body)
  return await publishVersion(actor, bytes, {
    category: category ?? query.category,
    files: [...(query.files ?? []), ...files],
  })
})

interface PublishForm {
  bytes: Uint8Array
  category?: string
  files: string[]
}

/** The manifest's bytes, untouched, from a bare body or from the `file` part of a form. */
async function readUpload(body: ReceivedBody): Promise<PublishForm> {
  if (body.contentType !== 'multipart/form-data') return { bytes: body.bytes, files: [] }
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
    files: form.getAll('files').map((reference, index) => {
      const checked = fileReferenceSchema.safeParse(reference)
      if (checked.success) return checked.data
      const message = checked.error.issues[0]?.message ?? 'Not a file reference'
      throw new Problem('validation_failed', 'A file is named wrongly.', {
        issues: [{ path: `files[${index}]`, message }],
      })
    }),
  }
}
