/** Reads a manifest of the old tree: never through a link, never more than a manifest may hold, never for writing. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const MANIFEST_MAX_BYTES = 64 * 1024

export type SourceRead = { ok: true; bytes: Uint8Array; sha256: string } | { ok: false; reason: string }

export async function readSource(path: string): Promise<SourceRead> {
  // Without waiting: a pipe put there since would never open.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => error)
  if (file instanceof Error) return { ok: false, reason: `cannot be read: ${file.code ?? file.message}` }
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return { ok: false, reason: 'not a regular file' }
    const buffer = Buffer.alloc(MANIFEST_MAX_BYTES + 1)
    let length = 0
    while (length < buffer.byteLength) {
      const { bytesRead } = await file.read(buffer, length, buffer.byteLength - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    if (length > MANIFEST_MAX_BYTES) {
      return { ok: false, reason: `larger than ${MANIFEST_MAX_BYTES / 1024} KiB: ${stat.size} bytes` }
    }
    const bytes = new Uint8Array(buffer.subarray(0, length))
    return { ok: true, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    await file.close()
  }
}
