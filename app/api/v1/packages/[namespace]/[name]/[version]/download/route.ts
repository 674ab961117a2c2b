import { countDownload, downloadManifest } from '#lib/catalog/download-manifest'
import { downloadManifestEndpoint } from '#lib/catalog/endpoints'
import { noteAccessSoon } from '#lib/commerce/note-access'
import { defineRoute } from '#lib/http/define-route'
import { isInner } from '#lib/http/front'
import { setPageStatus } from '#lib/http/page-status'
import { formatHandle } from '#lib/kernel/handle'
import { chooseEncoding, type Encoding } from '#lib/platform/encoded-body'

/**
 * A version never changes, so whoever has it keeps it. Whether it may still be had can change: caches that many share
 * (RFC 9213) ask again after a minute. What not everybody may have is in none.
 */
const PUBLIC_BYTES = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cdn-cache-control': 'public, max-age=60, stale-if-error=86400',
}
/** What `latest` and ranges mean changes with every version. */
const PUBLIC_REDIRECT = { 'cache-control': 'public, max-age=60' }
const PRIVATE = { 'cache-control': 'no-store' }

export const GET = defineRoute(downloadManifestEndpoint, async ({ actor, params, request }) => {
  const { namespace, name } = params
  const handle = formatHandle(namespace, name)
  const download = await downloadManifest(actor, handle, params.version)
  if (download.kind === 'redirect') {
    const location = `/api/v1/packages/${handle}/${encodeURIComponent(download.version)}/download`
    const caching = download.isPublic ? PUBLIC_REDIRECT : PRIVATE
    return new Response(null, { status: 302, headers: { location, ...caching } })
  }
  const { body, sha256, version, isPublic } = download
  const accepted = request.headers.get('accept-encoding')
  // One tag for every encoding: it names the published bytes, and no ranges are served that could be spliced wrongly.
  const etag = `"${sha256}"`
  const known = request.headers.get('if-none-match')?.trim() ?? ''
  const isRevalidation = known === '*' || known.includes(etag)
  if (request.method === 'GET' && !isRevalidation) {
    if (!isInner(request.headers)) countDownload(handle)
    noteAccessSoon(actor, handle, 'download', version)
  }
  const encoding = isRevalidation ? 'identity' : announceEncoding(chooseEncoding(body, accepted))
  const bytes = body[encoding] ?? body.identity
  return new Response(bytes, {
    headers: {
      'content-type': 'text/yaml; charset=utf-8',
      'content-length': String(bytes.length),
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
      vary: 'accept-encoding',
      'content-disposition': `attachment; filename="${name}-${version}.yaml"`,
      etag,
      digest: `sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`,
      ...(isPublic ? PUBLIC_BYTES : PRIVATE),
    },
  })
})

/**
 * Next drops this header from what a route handler answers, so it goes onto the response itself; where that is out of
 * reach, plain bytes it is.
 */
function announceEncoding(encoding: Encoding): Encoding {
  if (encoding === 'identity') return encoding
  return setPageStatus(200, { 'content-encoding': encoding }) ? encoding : 'identity'
}
