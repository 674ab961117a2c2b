/** Owns the structured log. One JSON line an event; secrets are redacted before they reach it. */
import 'server-only'
import { pino } from 'pino'
import { logLevel } from './env.ts'
import { processWide } from './process-wide.ts'

/** A write for each line costs a quick request a fifth of its processor time, so lines are written together. */
const BATCH_BYTES = 8 * 1024
const BATCH_MS = 100
const WARN = 40

/** One for the process: batches of several writers would tell things out of order. */
const destination = processWide('log-destination', () => {
  const stream = pino.destination({ dest: 1, sync: true, minLength: BATCH_BYTES, periodicFlush: BATCH_MS })
  process.on('exit', () => stream.flushSync())
  return stream
})

export const log = pino(
  {
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
    hooks: {
      logMethod(line, write, level) {
        write.apply(this, line)
        // What went wrong may be the last that the process has to say.
        if (level >= WARN) destination.flushSync()
      },
    },
  },
  destination,
)
