import type { NextConfig } from 'next'
import { BASELINE_HEADERS } from './lib/http/security-headers.ts'

const baseline = Object.entries(BASELINE_HEADERS).map(([key, value]) => ({ key, value }))

/** Browsers look for a new worker at each visit; it stands for the whole site. */
const worker = [
  { key: 'cache-control', value: 'no-cache' },
  { key: 'service-worker-allowed', value: '/' },
]

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // What describes a page stands in its head for everybody: pages are kept, whoever asked first.
  htmlLimitedBots: /.*/,
  // graphile-worker finds its own files beside itself, which a bundle would hide from it; the others are large and
  // loaded only where files are kept in S3.
  serverExternalPackages: ['graphile-worker', '@aws-sdk/client-s3', '@aws-sdk/lib-storage'],
  // What is shipped is type-checked; tests and scripts are `npm run types`' business, not that of every start.
  typescript: { tsconfigPath: 'tsconfig.build.json' },
  // Also for the files that the gate does not see. A policy for pages needs the gate, which knows the request.
  // A dispute's form carries up to three files of 2 MiB.
  experimental: { serverActions: { bodySizeLimit: '7mb' } },
  headers: () =>
    Promise.resolve([
      { source: '/:path*', headers: baseline },
      { source: '/sw.js', headers: worker },
    ]),
}

export default config
