/**
 * Owns one kept answer: whether RFC 9111 lets a shared cache keep it, until when it is fresh and how long it may be served
 * stale (RFC 5861), and its bytes and headers ready to be sent in each encoding. An encoding is made when it is first
 * wanted: most searches are asked for once, by somebody who takes one of them.
 */
import 'server-only'
import CachePolicy from 'http-cache-semantics'
import { compress, type Encoding } from '#lib/platform/encoded-body'
import type { InnerAnswer } from './inner-request.ts'
import { encodedTag } from './entity-tag.ts'

/** One encoding of an answer. Headers are flat lists of names and values, as `writeHead` takes them. */
export interface Representation {
  /** Of this encoding. */
  etag: string | null
  body: Buffer<ArrayBuffer>
  headers: readonly string[]
  /** Without those that describe a body. */
  notModifiedHeaders: readonly string[]
}

export interface EdgeEntry {
  status: number
  etag: string | null
  identity: Representation
  /** Not there: not made yet. Null: saves nothing. */
  gzip?: Representation | null
  br?: Representation | null
  /** What every representation is made from. */
  source: Source
  tags: readonly string[]
  /** Only for those who send no session. */
  variesByCookie: boolean
  /** When the origin made it, by the same clock as the others; in milliseconds. */
  bornMs: number
  freshUntilMs: number
  /** Served while it is asked for anew. */
  staleUntilMs: number
  /** Served when asking fails. */
  errorUntilMs: number
  /** After a failure nobody asks again, and nobody waits, before this. */
  retryAtMs: number
  sizeBytes: number
}

const KEEPABLE_STATUS = new Set([200, 301, 302, 308])
/** What requests are told apart by here, besides their address; any other `Vary` is not kept. */
const KNOWN_VARY = new Set([
  ...['accept-encoding', 'cookie', 'authorization', 'rsc', 'next-router-state-tree', 'next-router-prefetch'],
  ...['next-router-segment-prefetch', 'next-url'],
])
/** Of one message or one hop; what is left is kept. */
const OF_ONE_MESSAGE = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'date', 'age'],
  ...['x-request-id', 'etag', 'vary', 'cache-tag', 'ratelimit', 'ratelimit-policy'],
])
const OF_A_BODY = new Set(['content-type', 'content-disposition', 'content-language'])
const OVERHEAD_BYTES = 2_048

/** Leaves something with whoever gets it. */
export function isPrivate({ headers }: InnerAnswer): boolean {
  return headers.some(([name]) => name === 'set-cookie')
}

/** Null for what must not be kept. @param url for whom the answer was asked, without any credentials. */
export function edgeEntry(url: string, answer: InnerAnswer, nowMs: number): EdgeEntry | null {
  const { status, headers } = answer
  const named = new Map<string, string>()
  for (const [name, value] of headers) {
    named.set(name, named.has(name) ? `${named.get(name) ?? ''}, ${value}` : value)
  }
  const lifetimes = lifetimesOf(url, status, named)
  if (!lifetimes || named.has('set-cookie') || named.has('content-encoding')) return null
  const vary = listOf(named.get('vary'))
  if (vary.some((name) => !KNOWN_VARY.has(name))) return null
  const etag = named.get('etag') ?? null
  const isImmutable = /\bimmutable\b/.test(named.get('cache-control') ?? '')
  const mayEncode = !/\bno-transform\b/.test(named.get('cache-control') ?? '')
  const source: Source = {
    headers: headers.filter(([name]) => !OF_ONE_MESSAGE.has(name)).flat(),
    vary: [...new Set([...vary, ...(mayEncode ? ['accept-encoding'] : [])])].join(', '),
    // Scripts and styles of the build are sent again and again; what people publish is small and comes in numbers.
    isForGood: isImmutable && url.startsWith('/_next/static/'),
  }
  return {
    ...{ status, etag, source, ...lifetimes },
    identity: representation(source, etag, 'identity', answer.body),
    // RFC 9111 section 5.2.2.6: sent as it is.
    ...(mayEncode ? {} : { gzip: null, br: null }),
    tags: listOf(named.get('cache-tag')),
    variesByCookie: vary.includes('cookie'),
    bornMs: nowMs,
    freshUntilMs: nowMs + lifetimes.freshMs,
    staleUntilMs: nowMs + lifetimes.freshMs + lifetimes.staleMs,
    errorUntilMs: nowMs + lifetimes.freshMs + Math.max(lifetimes.staleMs, lifetimes.errorMs),
    retryAtMs: 0,
    sizeBytes: answer.body.length + url.length * 2 + OVERHEAD_BYTES,
  }
}

/** The entry with one more encoding, which is null where it saves nothing. */
export async function withEncoding(entry: EdgeEntry, encoding: 'gzip' | 'br'): Promise<EdgeEntry> {
  const { source, etag, identity } = entry
  const body = await compress(identity.body, encoding, source.isForGood)
  return {
    ...entry,
    [encoding]: body && representation(source, etag, encoding, body),
    sizeBytes: entry.sizeBytes + (body?.length ?? 0),
  }
}

interface Source {
  headers: readonly string[]
  vary: string
  isForGood: boolean
}

function representation(
  { headers, vary }: Source,
  etag: string | null,
  encoding: Encoding,
  body: Buffer<ArrayBuffer>,
): Representation {
  const tag = etag === null ? [] : ['etag', encodedTag(etag, encoding)]
  const common = [...headers, ...tag, ...(vary === '' ? [] : ['vary', vary])]
  const encoded = encoding === 'identity' ? [] : ['content-encoding', encoding]
  return {
    etag: etag === null ? null : encodedTag(etag, encoding),
    body,
    headers: [...common, ...encoded, 'content-length', String(body.length)],
    notModifiedHeaders: withoutBody(common),
  }
}

function withoutBody(flat: readonly string[]): string[] {
  return flat.filter((_, index) => !OF_A_BODY.has(flat[index - (index % 2)] ?? ''))
}

interface Lifetimes {
  freshMs: number
  staleMs: number
  errorMs: number
}

/** RFC 9213: what is meant for caches like this one comes first. Without an explicit lifetime nothing is kept. */
function lifetimesOf(url: string, status: number, named: ReadonlyMap<string, string>): Lifetimes | null {
  const control = named.get('cdn-cache-control') ?? named.get('cache-control')
  if (control === undefined || !KEEPABLE_STATUS.has(status)) return null
  const request = { method: 'GET', url, headers: {} }
  const headers = { ...Object.fromEntries(named), 'cache-control': control }
  // What it varies by is judged by whoever keeps it.
  const policy = new CachePolicy(request, { status, headers: { ...headers, vary: '' } }, { shared: true })
  const freshMs = Math.max(0, policy.maxAge() - policy.age()) * 1_000
  const staleMs = secondsOf(control, 'stale-while-revalidate') * 1_000
  const isExplicit = /\b(?:public|s-maxage|max-age)\b/i.test(control)
  if (!policy.storable() || !isExplicit || freshMs + staleMs === 0) return null
  const mustAsk = /\b(?:must-revalidate|proxy-revalidate)\b/i.test(control)
  const errorMs = mustAsk ? 0 : secondsOf(control, 'stale-if-error') * 1_000
  return { freshMs, staleMs: mustAsk ? 0 : staleMs, errorMs }
}

function secondsOf(control: string, directive: string): number {
  return Number(new RegExp(`\\b${directive}=(\\d{1,9})`, 'i').exec(control)?.[1] ?? 0)
}

function listOf(header: string | undefined): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
