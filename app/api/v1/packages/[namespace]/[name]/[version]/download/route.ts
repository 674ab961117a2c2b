import { countDownload, downloadManifest } from '#lib/catalog/download-manifest'
import { downloadManifestEndpoint } from '#lib/catalog/endpoints'
import { noteAccess } from '#lib/commerce/note-access'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { chooseEncoding } from '#lib/platform/encoded-body'

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
  const encoding = chooseEncoding(body, request.headers.get('accept-encoding'))
  const bytes = body[encoding] ?? body.identity
  // Whoever names the tag of another encoding has the same bytes: the answer then carries the tag they know.
  const known = knownEtag(sha256, request.headers.get('if-none-match'))
  if (request.method === 'GET' && known === null) {
    countDownload(handle)
    await noteAccess(actor, handle, 'download', version)
  }
  return new Response(bytes, {
    headers: {
      'content-type': 'text/yaml; charset=utf-8',
      'content-length': String(bytes.length),
      ...(encoding === 'identity' || known !== null ? {} : { 'content-encoding': encoding }),
      vary: 'accept-encoding',
      'content-disposition': `attachment; filename="${name}-${version}.yaml"`,
      etag: known ?? etagOf(sha256, encoding),
      digest: `sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`,
      ...(isPublic ? PUBLIC_BYTES : PRIVATE),
    },
  })
})

/** Strong, so each encoding has its own (RFC 9110 section 8.8.3.3); plain bytes have their SHA-256. */
function etagOf(sha256: string, encoding: 'identity' | 'gzip' | 'br'): string {
  return encoding === 'identity' ? `"${sha256}"` : `"${sha256}-${encoding}"`
}

function knownEtag(sha256: string, ifNoneMatch: string | null): string | null {
  if (ifNoneMatch === null) return null
  const found = new RegExp(`"${sha256}(?:-gzip|-br)?"`).exec(ifNoneMatch)
  return found?.[0] ?? (ifNoneMatch.trim() === '*' ? etagOf(sha256, 'identity') : null)
}
