/** Owns the wiring of the gate to the real settings, Auth and log, for whoever serves HTTP. */
import 'server-only'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { processWide } from '#lib/platform/process-wide'
import { sessionCookieOptions } from '#lib/platform/supabase-server'
import type { GateSettings } from './gate.ts'
import { sessionRenewer } from './session-renewal.ts'

export function gateSettings(): GateSettings {
  const { SITE_URL, SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, NODE_ENV } = env()
  return {
    // A refresh token is good for one use, whichever gate it comes through.
    renewer: processWide('session-renewer', () =>
      sessionRenewer({ supabaseUrl: SUPABASE_URL, publishableKey: SUPABASE_PUBLISHABLE_KEY }),
    ),
    cookieOptions: sessionCookieOptions(),
    siteUrl: SITE_URL,
    isDevelopment: NODE_ENV === 'development',
    onRefusal: (event) => log.info(event, 'request refused'),
    onFailure: (error, requestId) => log.error({ err: error, requestId }, 'gate failed'),
  }
}
