/** Owns what may be shown in a dispute: kinds of files, told by their bytes alone, and their names. Knows no storage. */
import 'server-only'
import { DISPUTE_FILE_MAX_BYTES } from './limits.ts'

const MAGIC: readonly { mediaType: string; at: number; bytes: readonly number[] }[] = [
  { mediaType: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mediaType: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { mediaType: 'image/webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { mediaType: 'application/pdf', at: 0, bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
]
/** Control characters other than what text is laid out with. */
const BINARY = /[^\P{Cc}\t\n\r]/u
const ESCAPE = '\u001b'

export type EvidenceCheck = { ok: true; mediaType: string } | { ok: false; message: string }

export function checkEvidence(bytes: Uint8Array): EvidenceCheck {
  if (bytes.byteLength === 0) return { ok: false, message: 'The file is empty.' }
  if (bytes.byteLength > DISPUTE_FILE_MAX_BYTES) {
    return { ok: false, message: 'The file is larger than 2 MiB.' }
  }
  const known = MAGIC.find(({ at, bytes: magic }) => magic.every((byte, index) => bytes[at + index] === byte))
  if (known) return { ok: true, mediaType: known.mediaType }
  if (isText(bytes)) return { ok: true, mediaType: 'text/plain; charset=utf-8' }
  return { ok: false, message: 'Show a PNG, JPEG or WebP picture, a PDF, or plain text.' }
}

function isText(bytes: Uint8Array): boolean {
  try {
    // Logs are often coloured.
    return !BINARY.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(ESCAPE, ''))
  } catch {
    return false
  }
}

/** The last part of a path in any system's writing, without what a header or a terminal would stumble over. */
export function evidenceName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}"]/gu, '')
    .trim()
  return [...plain].slice(0, 128).join('') || 'file'
}
