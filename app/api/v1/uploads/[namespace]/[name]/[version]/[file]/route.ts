import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'
import { Problem } from '#lib/kernel/problem'
import { deleteUpload } from '#lib/publishing/delete-upload'
import { deleteUploadEndpoint, uploadFileEndpoint } from '#lib/publishing/endpoints'
import { uploadFile } from '#lib/publishing/upload-file'

interface Params {
  namespace: string
  name: string
  version: string
  file: string
}

const targetOf = ({ namespace, name, version, file }: Params) => ({
  handle: formatHandle(namespace, name),
  version,
  name: file,
})

export const PUT = defineRoute(uploadFileEndpoint, async ({ actor, params, body, request }) => {
  return await uploadFile(actor, targetOf(params), body.chunks, promisedSha256(request.headers))
})

export const DELETE = defineRoute(deleteUploadEndpoint, async ({ actor, params }) => {
  await deleteUpload(actor, targetOf(params))
  return reply(204, undefined)
})

/** The sha256 in hexadecimal that a `Digest` (RFC 3230) or `Content-Digest` (RFC 9530) header promises. */
function promisedSha256(headers: Headers): string | null {
  const given = headers.get('content-digest') ?? headers.get('digest')
  if (given === null) return null
  const [, base64] = /(?:^|[,\s])sha-256=:?([A-Za-z0-9+/]{43}=):?(?:$|[,\s])/i.exec(given) ?? []
  if (base64 === undefined) {
    throw new Problem('bad_request', 'The digest is not a sha-256 in base64.', {
      issues: [{ path: 'digest', message: 'Write it as sha-256=…' }],
    })
  }
  return Buffer.from(base64, 'base64').toString('hex')
}
