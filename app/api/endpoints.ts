/** Every endpoint of the product: what the gate lets through, and what the OpenAPI document describes. */
import { catalogEndpoints } from '#lib/catalog/endpoints'
import { commerceEndpoints } from '#lib/commerce/endpoints'
import { disputeEndpoints } from '#lib/disputes/endpoints'
import { meteringEndpoints } from '#lib/metering/endpoints'
import type { EndpointSpec } from '#lib/http/endpoint'
import { identityEndpoints } from '#lib/identity/endpoints'
import { moderationEndpoints } from '#lib/moderation/endpoints'
import { operationsEndpoints } from '#lib/operations/endpoints'
import { paymentsEndpoints } from '#lib/payments/endpoints'
import { publishingEndpoints } from '#lib/publishing/endpoints'
import { searchEndpoints } from '#lib/search/endpoints'

export const endpoints: readonly EndpointSpec[] = [
  ...catalogEndpoints,
  ...searchEndpoints,
  ...commerceEndpoints,
  ...disputeEndpoints,
  ...meteringEndpoints,
  ...publishingEndpoints,
  ...moderationEndpoints,
  ...identityEndpoints,
  ...paymentsEndpoints,
  ...operationsEndpoints,
]
