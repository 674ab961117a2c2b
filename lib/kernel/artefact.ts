/**
 * Owns the rules for artefacts, the files beside a manifest: names, sizes, kinds of archive told by their first bytes,
 * and byte ranges (RFC 9110 section 14). It must not know where they are stored or who may have them.
 */

export const ARTEFACT_MAX_BYTES = 50 * 1024 * 1024
export const ARTEFACT_MAX_MEGABYTES = 50
export const ARTEFACTS_MAX_PER_VERSION = 20
/** The same expression guards the column in SQL, together with "no two dots in a row". */
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/

interface ArchiveKind {
  mediaType: string
  label: string
  /** With the dot, lower case; a name must end with one of them. */
  endings: readonly string[]
  /** Where the bytes that give it away stand, and which they are. */
  offset: number
  magic: readonly number[][]
}

const KINDS: readonly ArchiveKind[] = [
  {
    mediaType: 'application/gzip',
    label: 'gzip',
    endings: ['.tar.gz', '.tgz', '.gz'],
    offset: 0,
    magic: [[0x1f, 0x8b, 0x08]],
  },
  {
    mediaType: 'application/zip',
    label: 'zip',
    endings: ['.zip', '.whl', '.jar', '.mcpb', '.dxt'],
    offset: 0,
    // An empty archive has only its end.
    magic: [
      [0x50, 0x4b, 0x03, 0x04],
      [0x50, 0x4b, 0x05, 0x06],
    ],
  },
  {
    mediaType: 'application/x-tar',
    label: 'tar',
    endings: ['.tar'],
    offset: 257,
    magic: [[0x75, 0x73, 0x74, 0x61, 0x72]],
  },
  {
    mediaType: 'application/x-xz',
    label: 'xz',
    endings: ['.tar.xz', '.txz', '.xz'],
    offset: 0,
    magic: [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  },
  {
    mediaType: 'application/zstd',
    label: 'zstandard',
    endings: ['.tar.zst', '.zst'],
    offset: 0,
    magic: [[0x28, 0xb5, 0x2f, 0xfd]],
  },
  {
    mediaType: 'application/x-bzip2',
    label: 'bzip2',
    endings: ['.tar.bz2', '.tbz2', '.bz2'],
    offset: 0,
    magic: [[0x42, 0x5a, 0x68]],
  },
]

/** How many bytes from the beginning tell the kind. */
export const ARTEFACT_HEAD_BYTES = 262
export const ARTEFACT_ENDINGS = KINDS.flatMap(({ endings }) => endings)

export type ArtefactCheck = { ok: true; mediaType: string } | { ok: false; message: string }

/** Whether a file may have this name, and which kind of archive it promises to be. */
export function checkArtefactName(name: string): ArtefactCheck {
  if (!NAME_PATTERN.test(name) || name.includes('..')) {
    const message =
      'Use 1 to 128 of the characters A-Z, a-z, 0-9, ".", "_", "+" and "-", a letter or a digit first, no two dots in a row.'
    return { ok: false, message }
  }
  const kind = kindOfName(name)
  if (kind) return { ok: true, mediaType: kind.mediaType }
  return { ok: false, message: `Name an archive, ending in one of ${ARTEFACT_ENDINGS.join(', ')}.` }
}

/** Whether the first bytes are those of the archive that the name promises. `head` is at least the whole small file. */
export function checkArtefactHead(name: string, head: Uint8Array): ArtefactCheck {
  const promised = kindOfName(name)
  const found = KINDS.find(({ offset, magic }) =>
    magic.some((bytes) => bytes.every((byte, index) => head[offset + index] === byte)),
  )
  if (promised && found === promised) return { ok: true, mediaType: promised.mediaType }
  const looks = found ? `looks like ${found.label}` : 'is no archive that can be published here'
  return { ok: false, message: `"${name}" ${looks}, whatever its name says.` }
}

function kindOfName(name: string): ArchiveKind | undefined {
  const folded = name.toLowerCase()
  return KINDS.find(({ endings }) =>
    endings.some((ending) => folded.length > ending.length && folded.endsWith(ending)),
  )
}

/** First and last byte, both included. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The one range a `Range` header asks for. `whole` when there is none, it is malformed, or asks for several: such a
 * header may be ignored. `unsatisfiable` when it begins past the end.
 */
export function readByteRange(
  header: string | null,
  sizeBytes: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] =
    /^bytes[ \t]*=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return 'whole'
  if (first === '') {
    const length = Number(last)
    if (length === 0 || sizeBytes === 0) return 'unsatisfiable'
    return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (last !== '' && Number(last) < start) return 'whole'
  return start < sizeBytes ? { start, end } : 'unsatisfiable'
}
