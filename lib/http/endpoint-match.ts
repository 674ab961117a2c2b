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
    .filter(([path]) => path.includes('{'))
    .toSorted(([left], [right]) => (sortKey(left) < sortKey(right) ? -1 : 1))
    .map(([path, group]) => ({ pattern: patternOf(path), group }))
  return (pathname) =>
    // A placeholder is no segment that an address could have: braces are written as percent signs there.
    byPath.get(pathname) ?? entries.find(({ pattern }) => pattern.test(pathname))?.group ?? []
}

/** What stands in the place of each placeholder, not decoded. @param pathname fits the endpoint's path. */
export function paramsOf(endpoint: EndpointSpec, pathname: string): Record<string, string> {
  const given = pathname.split('/')
  const params: Record<string, string> = {}
  for (const [index, segment] of endpoint.path.split('/').entries()) {
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = given[index] ?? ''
  }
  return params
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
