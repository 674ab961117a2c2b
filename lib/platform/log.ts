/** Owns the structured log. One JSON line an event; secrets are redacted before they reach it. */
import 'server-only'
import { pino } from 'pino'
import { logLevel } from './env.ts'

export const log = pino({
  level: logLevel(),
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
