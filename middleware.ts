/** Where every request enters that our own server has not answered. It only wires: `lib/http/gate.ts` owns what happens. */
import { join } from 'node:path'
import type { NextRequest, NextResponse } from 'next/server'
import { endpointMatcher } from '#lib/http/endpoint-match'
import { openedFront } from '#lib/http/front'
import { createGate, type Gate } from '#lib/http/gate'
import { gateSettings } from '#lib/http/gate-settings'
import { rateLimiter } from '#lib/http/rate-limiter-settings'
import { NO_PRERENDERED_PAGES, prerenderedPages } from '#lib/http/prerendered-pages'
import { endpoints } from './app/api/endpoints.ts'

let gate: Gate | undefined

function wire(): Gate {
  const settings = gateSettings()
  return createGate({
    ...settings,
    endpointsAt: endpointMatcher(endpoints),
    // Our own server has a stage for it, in front of what it answers itself.
    limiter: openedFront() ? null : rateLimiter(),
    pages: settings.isDevelopment ? NO_PRERENDERED_PAGES : prerenderedPages(join(process.cwd(), '.next')),
  })
}

export function middleware(request: NextRequest): Promise<NextResponse> {
  gate ??= wire()
  return gate(request)
}

export const config = {
  runtime: 'nodejs',
  // Everything but files that are the same for everybody and need no policy of their own. By name: a package's name
  // may contain a dot. Uploads have an entry of their own: Next holds a request's body in memory for the gate, all of
  // it or its first 10 MB, so that a request with a body must not pass here; without one it does, as all others do.
  matcher: [
    '/((?!api/v1/uploads/|_next/static/|_next/image|sw\\.js$|theme\\.js$|manifest\\.webmanifest$|favicon\\.ico$|icon\\.svg$|robots\\.txt$|sitemap\\.xml$).*)',
    {
      source: '/api/v1/uploads/:path*',
      missing: [
        { type: 'header', key: 'content-length' },
        { type: 'header', key: 'transfer-encoding' },
      ],
    },
  ],
}
