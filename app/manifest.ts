/** What a device needs to know to install Souk as an app. */
import type { MetadataRoute } from 'next'

export default function manifest(): MetadataRoute.Manifest {
  return {
    id: '/',
    name: 'Souk',
    short_name: 'Souk',
    description: 'Find, try and install AI agents, prompts, MCP servers and web apps.',
    lang: 'en',
    dir: 'ltr',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#f9f5f4',
    theme_color: '#7a2350',
    categories: ['developer tools', 'shopping', 'productivity'],
    icons: [
      { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    ],
    shortcuts: [
      { name: 'Search', url: '/search', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] },
      { name: 'Library', url: '/library', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] },
      { name: 'Wallet', url: '/wallet', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] },
    ],
    // What somebody shares with Souk is looked for. A shared title or address alone would find nothing.
    share_target: { action: '/search', method: 'GET', params: { text: 'q' } },
  }
}
