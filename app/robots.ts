/** What crawlers should leave alone: pages that belong to one person, and answers meant for programs. */
import type { MetadataRoute } from 'next'
import { siteUrl } from '#lib/catalog/page-metadata'

export const dynamic = 'force-dynamic'

const PRIVATE_PATHS = [
  '/api/',
  '/auth/',
  '/dashboard',
  '/forgot-password',
  '/library',
  '/operator',
  '/reset-password',
  '/settings',
  '/sign-in',
  '/sign-up',
  '/wallet',
]

export default function robots(): MetadataRoute.Robots {
  return {
    rules: { userAgent: '*', allow: '/', disallow: PRIVATE_PATHS },
    sitemap: new URL('/sitemap.xml', siteUrl()).href,
  }
}
