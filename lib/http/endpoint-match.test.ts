import { describe, expect, it } from 'vitest'
import type { EndpointSpec } from './endpoint.ts'
import { endpointMatcher } from './endpoint-match.ts'

const endpoint = (method: EndpointSpec['method'], path: EndpointSpec['path']): EndpointSpec => ({
  method,
  path,
  operationId: `${method} ${path}`,
  summary: 'Test',
  tags: [],
  access: 'public',
  responses: [{ status: 204, description: 'Done' }],
  problems: [],
  cache: 'private',
})

const match = endpointMatcher([
  endpoint('GET', '/api/{any}/{thing}'),
  endpoint('GET', '/api/things/{name}'),
  endpoint('PATCH', '/api/things/{name}'),
  endpoint('GET', '/api/things/hot.list'),
])
const found = (path: string) => match(path).map(({ operationId }) => operationId)

describe('the endpoints of an address', () => {
  it('are all its methods', () => {
    expect(found('/api/things/lamp')).toEqual(['GET /api/things/{name}', 'PATCH /api/things/{name}'])
  })

  it('are those of the fixed segment where a placeholder fits too', () => {
    expect(found('/api/things/hot.list')).toEqual(['GET /api/things/hot.list'])
    expect(found('/api/things/hotXlist')).toHaveLength(2)
    expect(found('/api/others/lamp')).toEqual(['GET /api/{any}/{thing}'])
  })

  it.each(['/api', '/api/things', '/api/things/', '/api/things/a/b', '/x/api/things/a'])(
    'are none for %s',
    (path) => {
      expect(found(path)).toEqual([])
    },
  )
})
