/** Owns the structured log. One JSON line an event; secrets are redacted before they reach it. */
import 'server-only'
import { pino } from 'pino'
import { env } from './env.ts'

export const log = pino({
  level: env().LOG_LEVEL,
  base: null,
  redact: [
    'authorization',
    'cookie',
    'password',
    'token',
    '*.authorization',
    '*.cookie',
    '*.password',
    '*.token',
  ],
  timestamp: pino.stdTimeFunctions.isoTime,
})
