import { countDownload, downloadManifest } from '#lib/catalog/download-manifest'
import { downloadManifestEndpoint } from '#lib/catalog/endpoints'
import { noteAccessSoon } from '#lib/commerce/note-access'
import { defineRoute } from '#lib/http/define-route'
import { isKnown } from '#lib/http/entity-tag'
import { isInner } from '#lib/http/front'
import { formatHandle } from '#lib/kernel/handle'

/**
 * A version never changes, so whoever has it keeps it. Whether it may still be had can change: caches that many share
 * ask again after a minute (and by RFC 9213 may go on for a day when nobody answers). What not everybody may have is in
 * none. Nobody on the way may compress it: its tag and digest are those of the bytes that were published.
 */
const PUBLIC_BYTES = {
  'cache-control': 'public, max-age=31536000, immutable, s-maxage=60, no-transform',
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
  const { bytes, sha256, version, isPublic } = download
  const etag = `"${sha256}"`
  if (request.method === 'GET' && !isKnown(request.headers.get('if-none-match'), etag)) {
    if (!isInner(request.headers)) countDownload(handle)
    noteAccessSoon(actor, handle, 'download', version)
  }
  // What is known is made a 304 of, by whoever sends it.
  return new Response(bytes, {
    headers: {
      'content-type': 'text/yaml; charset=utf-8',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="${name}-${version}.yaml"`,
      etag,
      digest: `sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`,
      ...(isPublic ? PUBLIC_BYTES : PRIVATE),
    },
  })
})
