import { countDownload } from '#lib/catalog/download-manifest'
import { downloadFile } from '#lib/catalog/download-file'
import { downloadFileEndpoint } from '#lib/catalog/endpoints'
import { noteAccess } from '#lib/commerce/note-access'
import { defineRoute } from '#lib/http/define-route'
import { rangedResponse } from '#lib/http/ranged-response'
import { formatHandle } from '#lib/kernel/handle'

/** As with the manifest; and nobody on the way may compress it, since ranges count the bytes as they are. */
const PUBLIC_BYTES = 'public, max-age=31536000, immutable, s-maxage=60, no-transform'

export const GET = defineRoute(downloadFileEndpoint, async ({ actor, params, request }) => {
  const handle = formatHandle(params.namespace, params.name)
  const download = await downloadFile(actor, handle, params.version, params.file)
  if (download.kind === 'redirect') {
    const location = `/api/v1/packages/${handle}/${encodeURIComponent(download.version)}/files/${encodeURIComponent(params.file)}`
    return new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } })
  }
  const { file, isPublic, read } = download
  return rangedResponse(request, {
    sizeBytes: file.sizeBytes,
    etag: `"${file.sha256}"`,
    headers: {
      'content-type': file.mediaType,
      'content-disposition': `attachment; filename="${file.name}"`,
      digest: `sha-256=${Buffer.from(file.sha256, 'hex').toString('base64')}`,
      'cache-control': isPublic ? PUBLIC_BYTES : 'no-store, no-transform',
    },
    read: (range) => {
      // A download goes on in ranges: the one with the beginning counts.
      if (range.start === 0) {
        countDownload(handle)
        // Nobody waits for what is only noted; it never fails.
        void noteAccess(actor, handle, 'download', params.version)
      }
      return read(range)
    },
  })
})
