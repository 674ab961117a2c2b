/** Wires what stands in front of Next's pages to the settings and the counters. The stages own what happens. */
import 'server-only'
import { countView } from '#lib/catalog/count-view'
import { countDownload } from '#lib/catalog/download-manifest'
import {
  downloadManifestEndpoint,
  getPackageEndpoint,
  getRegistryPackageEndpoint,
  getVersionEndpoint,
  listDependentsEndpoint,
} from '#lib/catalog/endpoints'
import { createEdgeStage } from '#lib/http/edge-stage'
import type { EndpointSpec } from '#lib/http/endpoint'
import { endpointMatcher } from '#lib/http/endpoint-match'
import type { Front, Stage } from '#lib/http/front'
import { createLimitStage } from '#lib/http/limit-stage'
import { createPageStage } from '#lib/http/page-stage'
import { cacheTags, pagePolicy } from '#lib/http/public-pages'
import type { Counting } from '#lib/http/rate-limiter'
import { rateLimiter } from '#lib/http/rate-limiter-settings'
import { onPurge } from '#lib/platform/cache-purge'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { endpoints } from './api/endpoints.ts'

const PACKAGE_PAGE = /^\/packages\/([^/?]+\/[^/?]+)(?:\?|$)/
const DOWNLOAD = /^\/api\/v1\/packages\/([^/?]+\/[^/?]+)\/[^/?]+\/download$/

/** The same for everybody until the next deployment, or made anew from time to time for nobody in particular. */
const STATIC =
  /^\/(?:_next\/static\/|docs(?:\/|$)|schemas\/|sitemap\.xml$|robots\.txt$|icon\.svg$|apple-icon\.png$)/

/** Their answers say each for itself whether everybody may have them. */
const SAYS_ITSELF = new Set<EndpointSpec>([
  downloadManifestEndpoint,
  getPackageEndpoint,
  getRegistryPackageEndpoint,
  getVersionEndpoint,
  listDependentsEndpoint,
])

const endpointsAt = endpointMatcher(endpoints)

function isPublicEndpoint(pathname: string): boolean {
  return endpointsAt(pathname).some(
    (endpoint) => endpoint.method === 'GET' && (endpoint.cache !== 'private' || SAYS_ITSELF.has(endpoint)),
  )
}

export function pageStage(front: Front): Stage {
  return createPageStage({
    front,
    siteUrl: env().SITE_URL,
    onShown: noteShown,
    onFailure: (error, requestId) => log.error({ err: error, requestId }, 'page failed'),
  })
}

/** Null where another cache stands in front. */
export function edgeStage(front: Front): Stage | null {
  const { EDGE_CACHE, EDGE_CACHE_BYTES, SITE_URL } = env()
  if (EDGE_CACHE === 'off') return null
  return createEdgeStage({
    maxBytes: EDGE_CACHE_BYTES,
    secret: front.secret,
    host: new URL(SITE_URL).host,
    mayKeep: (pathname) =>
      pagePolicy(pathname) !== null || STATIC.test(pathname) || isPublicEndpoint(pathname),
    isForEverybody: (pathname) => pagePolicy(pathname) !== null,
    tagsOf: cacheTags,
    onPurge,
    onSent: (url, headers) => {
      if (url.startsWith('/packages/')) noteShown(url, { get: (name) => headers[name]?.toString() ?? null })
      else noteDownloaded(url)
    },
  })
}

/** Null where limits are switched off. */
export function limitStage(): Stage | null {
  return limits(env().EDGE_CACHE === 'off' ? 'both' : 'asked')
}

/** Null as well where no cache of ours stands between the two. */
export function missStage(): Stage | null {
  return env().EDGE_CACHE === 'off' ? null : limits('missed')
}

function limits(counts: Counting): Stage | null {
  const limiter = rateLimiter()
  if (!limiter) return null
  const { EDGE_CACHE, SITE_URL } = env()
  return createLimitStage({
    ...{ limiter, counts },
    siteUrl: SITE_URL,
    isBehindCache: EDGE_CACHE === 'off',
    onRefusal: (event) => log.info(event, 'request refused'),
  })
}

function noteShown(url: string, headers: Pick<Headers, 'get'>): void {
  const [, handle] = PACKAGE_PAGE.exec(url) ?? []
  if (handle !== undefined) countView(handle, headers)
}

function noteDownloaded(url: string): void {
  const [, handle] = url.endsWith('/download') ? (DOWNLOAD.exec(url) ?? []) : []
  if (handle !== undefined) countDownload(handle)
}
