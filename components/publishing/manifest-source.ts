/**
 * Owns what is about to be published: the text in the editor, and the bytes of the file that it came from. A file that
 * was only read is published byte for byte; once edited, the text counts. Pure.
 */

export const MANIFEST_MAX_BYTES = 64 * 1024

export interface ManifestSource {
  /** With `\n` between lines, as a text area holds it. */
  text: string
  /** The file's own bytes, as long as the text is still theirs. */
  bytes: Uint8Array<ArrayBuffer> | null
  fileName: string | null
}

export type FileRead = { ok: true; source: ManifestSource } | { ok: false; message: string }

export function sourceFromText(text: string): ManifestSource {
  return { text: unifyLines(text), bytes: null, fileName: null }
}

export function sourceFromFile(fileName: string, bytes: Uint8Array<ArrayBuffer>): FileRead {
  if (bytes.byteLength === 0) return { ok: false, message: `${fileName} is empty.` }
  if (bytes.byteLength > MANIFEST_MAX_BYTES) {
    const size = Math.ceil(bytes.byteLength / 1024)
    return {
      ok: false,
      message: `${fileName} has ${size} KiB; a manifest may hold at most ${MANIFEST_MAX_BYTES / 1024} KiB.`,
    }
  }
  const decoded = decode(bytes)
  if (decoded === null) return { ok: false, message: `${fileName} is not a text file in UTF-8.` }
  // A text area cannot show a byte order mark, and manifests may not have one: it goes, and with it the file's bytes.
  if (decoded.startsWith('\ufeff'))
    return { ok: true, source: { ...sourceFromText(decoded.slice(1)), fileName } }
  return { ok: true, source: { text: unifyLines(decoded), bytes, fileName } }
}

/** What is sent: exactly these bytes come back on download. */
export function bytesOf(source: ManifestSource): Uint8Array<ArrayBuffer> {
  return source.bytes ?? new TextEncoder().encode(source.text)
}

function unifyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
