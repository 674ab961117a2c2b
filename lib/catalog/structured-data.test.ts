import { describe, expect, it } from 'vitest'
import type { PackagePage } from './schemas.ts'
import { breadcrumbData, packageData, serializeJsonLd, websiteData } from './structured-data.ts'

const SITE = 'https://souk.example'

const page: PackagePage = {
  handle: 'a/b',
  name: 'B',
  summary: 'Does b.',
  kind: 'agent',
  productType: 'seller',
  price: { amount: 1250, currency: 'USD' },
  category: { slug: 'other', name: 'Other' },
  store: { slug: 's', name: 'S' },
  iconUrl: null,
  latestVersion: '1.0.0',
  tags: [],
  rating: { average: 0, count: 0 },
  soldCount: 0,
  viewCount: 0,
  downloadCount: 0,
  registry: 'local',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
  status: 'approved',
  isAvailable: true,
  license: 'MIT',
  homepage: null,
  repository: null,
  readme: null,
  capabilities: [],
  tagDetails: [],
  versions: [],
  deletedVersions: [],
  reviews: [],
  related: [],
}

describe('packageData', () => {
  it('states the price in major units', () => {
    expect(packageData(SITE, page)).toMatchObject({
      '@type': 'SoftwareApplication',
      url: 'https://souk.example/packages/a/b',
      offers: { price: '12.50', priceCurrency: 'USD' },
    })
  })

  it('claims no rating that nobody gave', () => {
    expect(packageData(SITE, page)).not.toHaveProperty('aggregateRating')
    const rated = { ...page, rating: { average: 4.5, count: 2 } }
    expect(packageData(SITE, rated)).toMatchObject({ aggregateRating: { ratingValue: 4.5, ratingCount: 2 } })
  })

  it('says that what is off the shelf cannot be had', () => {
    expect(packageData(SITE, { ...page, isAvailable: false })).toMatchObject({
      offers: { availability: 'https://schema.org/Discontinued' },
    })
  })
})

describe('serializeJsonLd', () => {
  it('lets no text leave its script element, and loses nothing', () => {
    const name = '</script><script>alert(1)</script><!-- & \u2028'
    const text = serializeJsonLd(packageData(SITE, { ...page, name }))
    expect(text).not.toMatch(/[<>&\u2028]/)
    expect(JSON.parse(text)).toMatchObject({ name })
  })
})

describe('breadcrumbData and websiteData', () => {
  it('give whole addresses', () => {
    expect(breadcrumbData(SITE, [{ name: 'Souk', path: '/' }])).toMatchObject({
      itemListElement: [{ position: 1, item: 'https://souk.example/' }],
    })
    expect(websiteData(SITE)).toMatchObject({
      potentialAction: { target: { urlTemplate: 'https://souk.example/search?q={search_term_string}' } },
    })
  })
})
