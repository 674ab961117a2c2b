import { getDisputeFileEndpoint } from '#lib/disputes/endpoints'
import { readFile } from '#lib/disputes/read-file'
import { defineRoute } from '#lib/http/define-route'
import { rangedResponse } from '#lib/http/ranged-response'

/** Somebody else sent it: it is saved, never shown as a page of this site. */
export const GET = defineRoute(getDisputeFileEndpoint, async ({ actor, params, request }) => {
  const { name, mediaType, sizeBytes, sha256, read } = await readFile(actor, params.id, params.fileId)
  return rangedResponse(request, {
    sizeBytes,
    etag: `"${sha256}"`,
    headers: {
      'content-type': mediaType,
      // RFC 8187: a name may hold any letter.
      'content-disposition': `attachment; filename="${asciiOf(name)}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, escaped)}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store, no-transform',
    },
    read,
  })
})

function asciiOf(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
