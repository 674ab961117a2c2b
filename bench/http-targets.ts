/** What `bench:http` holds the web server to, and whether one run met it. Pure. */
import type { Measurement } from './measure.ts'

export interface Line extends Measurement {
  what: string
  bytes: number
}

export interface Verdict {
  target: string
  measured: number
  isMet: boolean
}

const CLIENTS = 16
const CACHED = ['home', 'catalogue, API', 'catalogue, page', 'package, API', 'package, page', 'download']
const CACHED_OVER_NEXT = 5
const CACHED_OVER_VERDACCIO = 3
const P99_MS = 10
const UNCACHED_SHARE = 0.6

/** What was not measured is not met. */
export function verdicts(lines: readonly Line[]): Verdict[] {
  const at = (what: string) => lines.find((line) => line.what === what && line.clients === CLIENTS)
  const share = (what: string, of: string, least: number): Verdict => {
    const measured = Math.round(((at(what)?.perSecond ?? NaN) / (at(of)?.perSecond ?? NaN)) * 100) / 100
    return { target: `${what} ≥ ${least} × ${of}`, measured, isMet: measured >= least }
  }
  const soon = (what: string): Verdict => {
    const measured = at(what)?.p99Ms ?? NaN
    return { target: `${what}: p99 ≤ ${P99_MS} ms`, measured, isMet: measured <= P99_MS }
  }
  return [
    ...CACHED.flatMap((name) => [
      share(`${name}, cached`, 'Next, constant', CACHED_OVER_NEXT),
      share(`${name}, cached`, 'Verdaccio, tarball', CACHED_OVER_VERDACCIO),
      soon(`${name}, cached`),
    ]),
    share('catalogue, API, no edge', 'Next, one query', UNCACHED_SHARE),
  ]
}
