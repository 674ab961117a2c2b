/** Answers whether the process runs. It must stay free of every dependency: a restart heals none of them. */
import 'server-only'
import { version } from '#lib/platform/version'
import type { Liveness } from './schemas.ts'

export function checkLiveness(): Liveness {
  return { status: 'ok', version, uptimeSeconds: Math.floor(process.uptime()) }
}
