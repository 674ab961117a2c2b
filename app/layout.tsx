/** The frame of every page: language, fonts, theme and the shell around the page's own content. */
import { OfflineLoader } from '#components/offline/offline-loader'
import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import './globals.css'

const text = localFont({
  src: '../node_modules/@fontsource-variable/commissioner/files/commissioner-latin-wght-normal.woff2',
  weight: '100 900',
  display: 'swap',
  variable: '--font-commissioner',
  adjustFontFallback: 'Arial',
})

const display = localFont({
  src: '../node_modules/@fontsource-variable/el-messiri/files/el-messiri-latin-wght-normal.woff2',
  weight: '400 700',
  display: 'swap',
  variable: '--font-el-messiri',
  adjustFontFallback: 'Times New Roman',
  // The file's own metrics, made for Arabic too, leave Latin letters above the middle of their line.
  declarations: [
    { prop: 'ascent-override', value: '107%' },
    { prop: 'descent-override', value: '49%' },
  ],
})

export const metadata: Metadata = {
  title: { default: 'Souk: software packages anyone can run', template: '%s · Souk' },
  description: 'Find, try and install AI agents, prompts, MCP servers and web apps.',
  applicationName: 'Souk',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9f5f4' },
    { media: '(prefers-color-scheme: dark)', color: '#190f16' },
  ],
}

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    // /theme.js sets data-theme before React takes over.
    <html lang="en" className={`${text.variable} ${display.variable}`} suppressHydrationWarning>
      <head>
        {/* Blocking on purpose: the chosen theme must stand before the first paint. */}
        {/* eslint-disable-next-line @next/next/no-sync-scripts */}
        <script src="/theme.js" />
      </head>
      <body>
        {children}
        <OfflineLoader />
      </body>
    </html>
  )
}
