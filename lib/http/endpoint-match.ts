/** Owns finding the endpoints that answer an address, whatever the method. Client-safe. */
import type { EndpointSpec } from './endpoint.ts'

/** The endpoints of one path; empty when there is no such path. */
export type EndpointMatcher = (pathname: string) => readonly EndpointSpec[]

/** As Next routes: where a fixed segment and a placeholder both fit, the fixed one wins. */
export function endpointMatcher(endpoints: readonly EndpointSpec[]): EndpointMatcher {
  const byPath = new Map<string, EndpointSpec[]>()
  for (const endpoint of endpoints)
    byPath.set(endpoint.path, [...(byPath.get(endpoint.path) ?? []), endpoint])
  const entries = [...byPath]
    .toSorted(([left], [right]) => (sortKey(left) < sortKey(right) ? -1 : 1))
    .map(([path, group]) => ({ pattern: patternOf(path), group }))
  return (pathname) => entries.find(({ pattern }) => pattern.test(pathname))?.group ?? []
}

/** Sorts placeholders behind fixed segments, segment by segment. */
function sortKey(path: string): string {
  return path.replaceAll(/\{[^}]+\}/g, '\uffff')
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    return segment.startsWith('{') ? '[^/]+' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}
