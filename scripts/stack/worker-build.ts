/**
 * Makes /sw.js after the pages: the worker in one file, with the name of the build and the addresses of its shell
 * written in.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { assetsOf, lazyPartsOf } from '#lib/offline/cache-rules'

/** Rendered by the build, the same for everybody, and needed where there is no network. */
const SHELL_PAGES = ['/offline']
const SHELL_FILES = ['/theme.js', '/manifest.webmanifest', '/icons/icon-192.png', '/icon.svg']

export const workerPath = (root: string) => join(root, 'public', 'sw.js')

export async function buildWorker(root: string): Promise<void> {
  const pages = await Promise.all(
    SHELL_PAGES.map((path) => readFile(join(root, '.next', 'server', 'app', `${path}.html`), 'utf8')),
  )
  const buildId = (await readFile(join(root, '.next', 'BUILD_ID'), 'utf8')).trim()
  const assets = await withLazyParts(root, pages.flatMap(assetsOf))
  const shell = [...SHELL_PAGES, ...SHELL_FILES, ...assets]
  await mkdir(join(root, 'public'), { recursive: true })
  await build({
    entryPoints: [join(root, 'lib', 'offline', 'worker.ts')],
    outfile: workerPath(root),
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    legalComments: 'none',
    logLevel: 'silent',
    define: {
      SOUK_BUILD: JSON.stringify(nameOf(buildId, pages)),
      SOUK_SHELL: JSON.stringify(shell),
    },
  })
}

/** With what these files load later: without a network nothing could be loaded then. */
async function withLazyParts(root: string, assets: readonly string[]): Promise<string[]> {
  const found = new Set(assets)
  // What is added on the way comes to its turn, too.
  for (const path of found) {
    if (!/\.js($|\?)/.test(path)) continue
    const file = path.slice('/_next/'.length).split('?', 1).join('')
    for (const part of lazyPartsOf(await readFile(join(root, '.next', file), 'utf8'))) found.add(part)
  }
  return [...found].sort()
}

function nameOf(buildId: string, pages: readonly string[]): string {
  return createHash('sha256')
    .update([buildId, ...pages].join('\0'))
    .digest('hex')
    .slice(0, 16)
}
