import { expect, it } from 'vitest'
import { missLimitClassOf, RATE_LIMITS, rateLimitClassOf } from './rate-limits.ts'

it('keeps the limits that the contract names', () => {
  expect(RATE_LIMITS).toMatchObject({
    marketplace: { limit: 200, windowSeconds: 60 },
    store: { limit: 100, windowSeconds: 60 },
    search: { limit: 60, windowSeconds: 60 },
  })
})

it.each([
  ['GET', '/api/marketplace', 'marketplace'],
  ['GET', '/api/marketplace/home', 'marketplace'],
  ['POST', '/api/marketplace/index-rebuild', 'marketplace'],
  ['GET', '/api/marketplace?limit=3', 'marketplace'],
  ['GET', '/api/marketplace?limit=3&q=cat', 'search'],
  ['HEAD', '/api/marketplace?q=cat', 'search'],
  ['GET', '/api/marketplace/suggest?q=c', 'search'],
  ['GET', '/api/stores/demo', 'store'],
  ['GET', '/api/categories', 'api'],
  ['POST', '/api/purchases', 'purchase'],
  ['POST', '/api/checkouts', 'purchase'],
  ['GET', '/api/purchases', 'api'],
  ['POST', '/api/v1/packages', 'publish'],
  ['PUT', '/api/v1/uploads/demo/a/1.0.0/file', 'upload'],
  ['POST', '/sign-in', 'sign-in'],
  ['POST', '/sign-up?next=%2F', 'sign-in'],
  ['POST', '/settings', 'form'],
  ['GET', '/packages/demo/a', null],
  ['GET', '/', null],
  ['GET', '/search?q=cat', 'search'],
  ['GET', '/search/?q=cat&kind=agent', 'search'],
  ['GET', '/search?q=', 'page'],
  ['GET', '/search?kind=agent', 'page'],
  ['GET', '/apiary?q=cat', 'page'],
  ['GET', '/_next/image?url=a', 'page'],
  ['GET', '/api/health', null],
  ['GET', '/api/health/ready', null],
  ['POST', '/api/webhooks/stripe', null],
  ['GET', '/_next/static/chunks/a.js', null],
  ['GET', '/robots.txt', null],
  ['GET', '/api/v1/packages/demo/a/1.0.0/download', null],
])('%s %s is of class %s', (method, url, expected) => {
  expect(rateLimitClassOf({ method, url, hasCredential: false })).toBe(expected)
})

it.each([
  ['GET', '/packages/demo/a', 'page'],
  ['HEAD', '/packages/nobody/nothing', 'page'],
  ['GET', '/', 'page'],
  ['GET', '/api/v1/packages/demo/a/1.0.0/download', 'api'],
  ['GET', '/api/v1/packages/demo/a/%3E%3D0.1.7/download', 'api'],
  ['GET', '/api/v1/packages/demo/a/1.0.0/files/a', 'api'],
  // Counted already, whoever answers it.
  ['GET', '/search?q=cat', null],
  ['GET', '/api/marketplace', null],
  ['POST', '/settings', null],
  // Without limit.
  ['GET', '/api/health', null],
  ['GET', '/_next/static/chunks/a.js', null],
])('%s %s, which no cache has answered, is of class %s', (method, url, expected) => {
  expect(missLimitClassOf({ method, url, hasCredential: false })).toBe(expected)
})

it('limits pages that are made for one person', () => {
  expect(rateLimitClassOf({ method: 'GET', url: '/packages/demo/a', hasCredential: true })).toBe('page')
})

it('limits downloads that are made for one person', () => {
  const url = '/api/v1/packages/demo/a/1.0.0/download'
  expect(rateLimitClassOf({ method: 'GET', url, hasCredential: true })).toBe('api')
})

it.each([
  '/api/%6darketplace?q=cat',
  '//api/marketplace?q=cat',
  '/api/stores/../marketplace?%71=cat',
  '/api/marketplace/?q=cat',
  '/api/health/../marketplace?q=cat',
])('is not evaded by the spelling %s', (url) => {
  expect(rateLimitClassOf({ method: 'GET', url, hasCredential: false })).toBe('search')
})

it.each(['/%', 'http://', '*', ''])('has an answer to the address "%s"', (url) => {
  expect(rateLimitClassOf({ method: 'GET', url, hasCredential: false })).toBeNull()
  expect(rateLimitClassOf({ method: 'POST', url, hasCredential: false })).toBe('form')
})
