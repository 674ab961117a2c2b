/** Owns what a public page tells search engines and link previews. Server-only: it knows the site's address. */
import 'server-only'
import type { Metadata } from 'next'
import { env } from '#lib/platform/env'

export interface PageFacts {
  /** Without the site's name; the home page leaves it out. */
  title?: string
  description: string
  /** The one address of this content, beginning with `/`. */
  path: string
  /** False for lists that narrow another page: their content has a better address. */
  isIndexed?: boolean
}

const HOME_TITLE = 'Souk: software packages anyone can run'
const DESCRIPTION_MAX_LENGTH = 200
const PREVIEW_IMAGE = {
  url: '/og.png',
  width: 1200,
  height: 630,
  alt: 'Souk, a marketplace for software packages',
}

export function pageMetadata({ title, description, path, isIndexed = true }: PageFacts): Metadata {
  const summary = shorten(description)
  const shared = { title: title ?? HOME_TITLE, description: summary }
  return {
    metadataBase: new URL(env().SITE_URL),
    title: title ?? { absolute: HOME_TITLE },
    description: summary,
    alternates: { canonical: path },
    openGraph: {
      ...shared,
      url: path,
      siteName: 'Souk',
      type: 'website',
      locale: 'en',
      images: [PREVIEW_IMAGE],
    },
    twitter: { ...shared, card: 'summary_large_image', images: [PREVIEW_IMAGE] },
    ...(isIndexed ? {} : { robots: { index: false, follow: true } }),
  }
}

export function siteUrl(): string {
  return env().SITE_URL
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= DESCRIPTION_MAX_LENGTH) return line
  const cut = line.slice(0, DESCRIPTION_MAX_LENGTH)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), DESCRIPTION_MAX_LENGTH - 40))}…`
}
