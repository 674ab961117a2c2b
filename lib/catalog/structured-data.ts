/**
 * Owns what search engines read about a page (schema.org, as JSON-LD). It says only what the page itself shows: no rating
 * nobody gave, no price nobody asks. Pure and client-safe.
 */
import type { Kind } from '#lib/kernel/kind'
import type { PackagePage } from './schemas.ts'

export type JsonLd = Record<string, unknown>

interface Step {
  name: string
  /** Begins with `/`. */
  path: string
}

const CONTEXT = 'https://schema.org'
const REVIEWS_MAX = 5

const APPLICATION_CATEGORIES: Record<Exclude<Kind, 'prompt'>, string> = {
  agent: 'AI agent',
  app: 'WebApplication',
  'mcp-server': 'DeveloperApplication',
}

export function websiteData(siteUrl: string): JsonLd {
  return {
    '@context': CONTEXT,
    '@type': 'WebSite',
    name: 'Souk',
    url: absolute(siteUrl, '/'),
    potentialAction: {
      '@type': 'SearchAction',
      target: {
        '@type': 'EntryPoint',
        urlTemplate: `${absolute(siteUrl, '/search')}?q={search_term_string}`,
      },
      'query-input': 'required name=search_term_string',
    },
  }
}

export function breadcrumbData(siteUrl: string, steps: readonly Step[]): JsonLd {
  return {
    '@context': CONTEXT,
    '@type': 'BreadcrumbList',
    itemListElement: steps.map(({ name, path }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name,
      item: absolute(siteUrl, path),
    })),
  }
}

export function packageData(siteUrl: string, page: PackagePage): JsonLd {
  const { handle, name, summary, kind, price, rating, reviews, license, store } = page
  const url = absolute(siteUrl, `/packages/${handle}`)
  return {
    '@context': CONTEXT,
    ...(kind === 'prompt'
      ? { '@type': 'Product', sku: handle, category: page.category.name }
      : {
          '@type': 'SoftwareApplication',
          applicationCategory: APPLICATION_CATEGORIES[kind],
          operatingSystem: 'Any',
          softwareVersion: page.latestVersion,
          dateModified: page.updatedAt,
          ...(license ? { license } : {}),
        }),
    '@id': url,
    name,
    description: summary,
    url,
    ...(store ? { brand: { '@type': 'Brand', name: store.name } } : {}),
    offers: {
      '@type': 'Offer',
      url,
      price: (price.amount / 100).toFixed(2),
      priceCurrency: price.currency,
      availability: `${CONTEXT}/${page.isAvailable ? 'InStock' : 'Discontinued'}`,
    },
    ...(rating.count > 0
      ? {
          aggregateRating: {
            '@type': 'AggregateRating',
            ratingValue: rating.average,
            ratingCount: rating.count,
            bestRating: 5,
            worstRating: 1,
          },
          review: reviews.slice(0, REVIEWS_MAX).map(({ author, rating: stars, body, createdAt }) => ({
            '@type': 'Review',
            author: { '@type': 'Person', name: author },
            reviewRating: { '@type': 'Rating', ratingValue: stars, bestRating: 5, worstRating: 1 },
            datePublished: createdAt.slice(0, 10),
            ...(body ? { reviewBody: body } : {}),
          })),
        }
      : {}),
  }
}

/** Text for inside a script element: nothing in it can end the element or begin a comment. */
export function serializeJsonLd(data: JsonLd): string {
  const escapes: Record<string, string> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  }
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character)
}

function absolute(siteUrl: string, path: string): string {
  return new URL(path, siteUrl).href
}
