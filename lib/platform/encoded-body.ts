/** Owns bytes in every encoding that is offered for them, and the choice among those. Knows no HTTP response. */
import 'server-only'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'identity' | 'gzip' | 'br'

export type EncodedBody = Readonly<
  { identity: Buffer<ArrayBuffer> } & Partial<Record<'gzip' | 'br', Buffer<ArrayBuffer>>>
>

/** Below this it all fits in the first packet anyway. */
const ENCODING_MIN_BYTES = 1_024
/** What is kept may never be asked for again. 9 takes twelve times as long: 13 ms of a processor for a list of 24 packages. */
const BROTLI_QUALITY = 5
/** Takes ten times as long for a twentieth less: for what is sent until the next deployment. */
const BROTLI_QUALITY_FOR_GOOD = 11

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

/**
 * Null where that saves nothing.
 * @param isForGood whether it is sent until the next deployment, so that a long search for the smallest bytes pays.
 */
export async function compress(
  identity: Buffer<ArrayBuffer>,
  encoding: 'gzip' | 'br',
  isForGood = false,
): Promise<Buffer<ArrayBuffer> | null> {
  if (identity.length < ENCODING_MIN_BYTES) return null
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: isForGood ? BROTLI_QUALITY_FOR_GOOD : BROTLI_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
  }
  const smaller = await (encoding === 'gzip' ? gzipAsync(identity) : brotliAsync(identity, { params }))
  return smaller.length < identity.length ? smaller : null
}

/** Compresses once what is sent many times; an encoding that does not save anything is left out. */
export async function encodeBody(identity: Buffer<ArrayBuffer>): Promise<EncodedBody> {
  const [zipped, squeezed] = await Promise.all([compress(identity, 'gzip'), compress(identity, 'br')])
  return { identity, ...(zipped && { gzip: zipped }), ...(squeezed && { br: squeezed }) }
}

export function sizeOfBody({ identity, gzip: zipped, br }: EncodedBody): number {
  return identity.length + (zipped?.length ?? 0) + (br?.length ?? 0)
}

/** The smallest that `Accept-Encoding` (RFC 9110 section 12.5.3) takes, its preferences first. */
export function chooseEncoding(body: EncodedBody, accepted: string | null): Encoding {
  if (accepted === null) return 'identity'
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0)
  }
  const weightOf = (encoding: Encoding) => weights.get(encoding) ?? weights.get('*') ?? 0
  const offered = (['br', 'gzip'] as const).filter((encoding) => body[encoding] && weightOf(encoding) > 0)
  const [best] = offered.toSorted((left, right) => weightOf(right) - weightOf(left))
  if (best === undefined) return 'identity'
  // Plain bytes are always acceptable, but only preferred by those who say so.
  return (weights.get('identity') ?? 0) > weightOf(best) ? 'identity' : best
}
