import { countDownload, downloadManifest } from '#lib/catalog/download-manifest'
import { downloadManifestEndpoint } from '#lib/catalog/endpoints'
import { noteAccess } from '#lib/commerce/note-access'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'

/**
 * A version never changes, but it may be quarantined or priced: shared caches ask again soon. What only its buyers may
 * have stays in none.
 */
const PUBLIC_BYTES = 'public, max-age=31536000, s-maxage=60, immutable'

export const GET = defineRoute(downloadManifestEndpoint, async ({ actor, params, request }) => {
  const { namespace, name } = params
  const handle = formatHandle(namespace, name)
  const download = await downloadManifest(actor, handle, params.version)
  if (download.kind === 'redirect') {
    const location = `/api/v1/packages/${handle}/${encodeURIComponent(download.version)}/download`
    return new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } })
  }
  const etag = `"${download.sha256}"`
  const known = request.headers.get('if-none-match')?.trim() ?? ''
  const isRevalidation = known === '*' || known.includes(etag)
  if (request.method === 'GET' && !isRevalidation) {
    countDownload(handle)
    await noteAccess(actor, handle, 'download', download.version)
  }
  return new Response(download.yamlContent, {
    headers: {
      'content-type': 'text/yaml; charset=utf-8',
      'content-length': String(download.sizeBytes),
      'content-disposition': `attachment; filename="${name}-${download.version}.yaml"`,
      etag,
      digest: `sha-256=${Buffer.from(download.sha256, 'hex').toString('base64')}`,
      'cache-control': download.isPublic ? PUBLIC_BYTES : 'no-store',
    },
  })
})
