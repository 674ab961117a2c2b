/** Owns answering with bytes of which a client may want all, one range, or nothing new (RFC 9110 sections 13 and 14). */
import 'server-only'
import { type ByteRange, readByteRange } from '#lib/kernel/artefact'
import { Problem } from '#lib/kernel/problem'
import { byteStream } from '#lib/platform/byte-stream'
import { isKnown } from './entity-tag.ts'

export interface RangedContent {
  sizeBytes: number
  /** Strong, with its quotes. */
  etag: string
  headers: Readonly<Record<string, string>>
  /** Called at most once, and only when bytes are to be sent. */
  read: (range: ByteRange) => AsyncIterable<Uint8Array>
}

/** @throws Problem `range_not_satisfiable` when the range begins past the end. */
export function rangedResponse(request: Request, content: RangedContent): Response {
  const { sizeBytes, etag, read } = content
  const headers = new Headers({ ...content.headers, etag, 'accept-ranges': 'bytes' })
  if (isKnown(request.headers.get('if-none-match'), etag)) {
    for (const name of ['content-type', 'content-disposition']) headers.delete(name)
    return new Response(null, { status: 304, headers })
  }
  const asked = askedRange(request, etag, sizeBytes)
  if (asked === 'unsatisfiable') {
    throw new Problem('range_not_satisfiable', `The file ends after ${sizeBytes} bytes.`, {
      headers: { 'content-range': `bytes */${sizeBytes}`, 'accept-ranges': 'bytes' },
    })
  }
  const range = asked === 'whole' ? { start: 0, end: sizeBytes - 1 } : asked
  headers.set('content-length', String(range.end - range.start + 1))
  if (asked !== 'whole') headers.set('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`)
  const body = request.method === 'HEAD' ? null : byteStream(() => read(range))
  return new Response(body, { status: asked === 'whole' ? 200 : 206, headers })
}

/** A range is defined for GET alone, and with `If-Range` only of the very file the client began with. */
function askedRange(request: Request, etag: string, sizeBytes: number): ReturnType<typeof readByteRange> {
  if (request.method !== 'GET') return 'whole'
  const condition = request.headers.get('if-range')
  if (condition !== null && condition.trim() !== etag) return 'whole'
  return readByteRange(request.headers.get('range'), sizeBytes)
}
