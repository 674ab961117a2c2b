/** The OpenAPI document of this installation: for the route that serves it and the page that shows it. */
import 'server-only'
import { openapiDocument } from '#lib/http/openapi'
import { version } from '#lib/platform/version'
import { endpoints } from './endpoints.ts'

export const openapi = openapiDocument({
  endpoints,
  title: 'Souk',
  version,
  description:
    'A marketplace for software packages. Success is the bare resource, lists are `{items, meta}`, failures are ' +
    'RFC 9457 problems. Times are ISO 8601 in UTC; money is an integer in minor units with its currency.',
  sessionCookie: 'souk-session',
})
