/**
 * Owns the answers of public pages: rendered by Next for nobody in particular, whoever asks, with a policy of hashes over
 * what was rendered, so that shared caches may keep them. What cannot be shown to everybody is left to Next and its asker.
 */
import 'server-only'
import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Encoding, chooseEncoding, encodeBody } from '#lib/platform/encoded-body'
import { pageCacheControl } from './cache-policy.ts'
import { encodedTag, isKnown } from './entity-tag.ts'
import { type Front, type GoOn, INNER_HEADER, isInner, type Stage } from './front.ts'
import { headersOf } from './node-request.ts'
import { askInside, type InnerAnswer } from './inner-request.ts'
import { inlineHashes } from './prerendered-pages.ts'
import { cacheTags, pagePolicy } from './public-pages.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { BASELINE_HEADERS, pageCsp, strictTransportSecurity } from './security-headers.ts'
import { hasSession } from './session-cookie-name.ts'
import { wasAskedForAll } from './shared-request.ts'

export interface PageStageDependencies {
  front: Front
  siteUrl: string
  /** Somebody was shown a page: to be counted. */
  onShown: (pathname: string, headers: Pick<Headers, 'get'>) => void
  onFailure: (error: unknown, requestId: string) => void
}

const PAGE_MAX_BYTES = 8_388_608
/** Of Next's own router, which asks for parts of a page. */
export const ROUTER_HEADERS = [
  ...['rsc', 'next-action', 'next-router-state-tree', 'next-router-prefetch'],
  ...['next-router-segment-prefetch', 'next-url'],
] as const
/** What a page may say by headers of its own. */
const KEPT = new Set(['content-type', 'link', 'location', 'refresh', 'retry-after', 'vary'])

export function createPageStage(dependencies: PageStageDependencies): Stage {
  const { front, siteUrl, onFailure } = dependencies
  const hsts = strictTransportSecurity(siteUrl)
  const { host } = new URL(siteUrl)

  function headersFor(pathname: string, answer: InnerAnswer): Record<string, string> {
    const { scripts: scriptHashes, styles: styleHashes } = inlineHashes(answer.body.toString('utf8'))
    const headers: Record<string, string> = { ...BASELINE_HEADERS }
    for (const [name, value] of answer.headers) {
      if (KEPT.has(name)) headers[name] = name in headers ? `${headers[name]}, ${value}` : value
    }
    headers['content-security-policy'] = pageCsp({ siteUrl, scriptHashes, styleHashes })
    if (hsts !== null) headers['strict-transport-security'] = hsts
    const isForThisOnce = headers.vary?.split(',').some((name) => name.trim() === '*') ?? false
    const policy = answer.status === 200 && !isForThisOnce ? pagePolicy(pathname) : null
    headers['cache-control'] = policy === null ? 'no-store' : pageCacheControl(policy)
    if (policy !== null) {
      headers.etag = `"${hash('sha256', answer.body, 'base64url')}"`
      headers['cache-tag'] = cacheTags(pathname).join(',')
    }
    return headers
  }

  async function answerPage(request: IncomingMessage, response: ServerResponse, goOn: GoOn): Promise<void> {
    const given = headersOf(request)
    const requestId = requestIdOf(given)
    const url = request.url ?? '/'
    const pathname = url.split('?', 1).join('')
    const answer = await askInside(
      goOn,
      {
        url,
        // Nothing of whoever asks: what is rendered cannot depend on what is not there.
        headers: { host, accept: 'text/html', [INNER_HEADER]: front.secret, [REQUEST_ID_HEADER]: requestId },
      },
      { maxBytes: PAGE_MAX_BYTES, asker: null },
    )
    const headers = headersFor(pathname, answer)
    const isForAll = answer.status === 200 && !/\bcookie\b/i.test(headers.vary ?? '')
    if (!isForAll && hasSession(request.headers.cookie)) {
      goOn()
      return
    }
    headers[REQUEST_ID_HEADER] = requestId
    const isForClient = !isInner(given)
    if (isForClient && answer.status === 200 && request.method === 'GET')
      dependencies.onShown(pathname, given)
    await send(request, response, { answer, headers, compresses: isForClient })
  }

  return (request, response, goOn) => {
    const { method, url = '' } = request
    const isPage =
      (method === 'GET' || method === 'HEAD') &&
      pagePolicy(url.split('?', 1).join('')) !== null &&
      ROUTER_HEADERS.every((name) => request.headers[name] === undefined) &&
      !wasAskedForAll(request)
    if (!isPage) {
      goOn()
      return
    }
    answerPage(request, response, goOn).catch((error: unknown) => {
      onFailure(error, requestIdOf(headersOf(request)))
      if (response.headersSent) response.destroy()
      else goOn()
    })
  }
}

interface Page {
  answer: InnerAnswer
  headers: Record<string, string>
  compresses: boolean
}

async function send(request: IncomingMessage, response: ServerResponse, page: Page): Promise<void> {
  const { answer, headers, compresses } = page
  const { etag } = headers
  let [body, encoding]: [Buffer, Encoding] = [answer.body, 'identity']
  if (compresses) {
    const encoded = await encodeBody(answer.body)
    encoding = chooseEncoding(encoded, request.headers['accept-encoding']?.toString() ?? null)
    body = encoded[encoding] ?? answer.body
  }
  if (etag !== undefined) headers.etag = encodedTag(etag, encoding)
  headers.vary = headers.vary === undefined ? 'accept-encoding' : `${headers.vary}, accept-encoding`
  if (headers.etag !== undefined && isKnown(request.headers['if-none-match'], headers.etag)) {
    delete headers['content-type']
    response.writeHead(304, headers).end()
    return
  }
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  headers['content-length'] = String(body.length)
  response.writeHead(answer.status, headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}
