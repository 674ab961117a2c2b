/** `/schemas/{kind}.json`: what editors complete and check manifests with. No part of the API, so no endpoint of it. */
import { cacheControl } from '#lib/http/cache-policy'
import { problemResponse } from '#lib/http/problem-response'
import { requestIdOf } from '#lib/http/request-id'
import { kindSchema } from '#lib/kernel/kind'
import { Problem } from '#lib/kernel/problem'
import { getJsonSchema } from '#lib/publishing/get-json-schema'

export async function GET(
  request: Request,
  context: { params: Promise<{ file: string }> },
): Promise<Response> {
  const { file } = await context.params
  const kind = kindSchema.safeParse(/^(.+)\.json$/.exec(file)?.[1])
  if (!kind.success) {
    return problemResponse(new Problem('not_found', 'There is no such schema.'), requestIdOf(request.headers))
  }
  const { text, etag } = getJsonSchema(kind.data)
  const headers = {
    etag,
    'cache-control': cacheControl('document'),
    // Editors in a browser fetch it from their own origin.
    'access-control-allow-origin': '*',
  }
  const wanted = request.headers.get('if-none-match') ?? ''
  if (wanted.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(text, { headers: { ...headers, 'content-type': 'application/schema+json' } })
}
