/**
 * Owns which pages the build rendered once for everybody, and the hashes of the scripts and styles written into them.
 * Read from the build itself at the first request, so there is no list that could fall behind.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export interface InlineHashes {
  scripts: readonly string[]
  styles: readonly string[]
}

export interface PrerenderedPage {
  hashes: InlineHashes
  /** It is rendered anew from time to time, and its cache headers say when. */
  isRevalidated: boolean
}

export interface PrerenderedPages {
  /** `null` for a page that is rendered for each request. */
  find(pathname: string): Promise<PrerenderedPage | null>
  /** Of the page that answers any address nobody knows: the gate cannot tell those beforehand. */
  notFoundHashes(): Promise<InlineHashes>
}

export const NO_PRERENDERED_PAGES: PrerenderedPages = {
  find: () => Promise.resolve(null),
  notFoundHashes: () => Promise.resolve({ scripts: [], styles: [] }),
}

const manifestSchema = z.object({
  routes: z.record(
    z.string(),
    z.object({ initialRevalidateSeconds: z.union([z.number(), z.literal(false)]) }),
  ),
})

/** Prerendered paths, and whether each is rendered anew from time to time. */
type Routes = ReadonlyMap<string, boolean>

/** @param buildDir Next's output, `.next`. */
export function prerenderedPages(buildDir: string): PrerenderedPages {
  const known = new Map<string, { modifiedMs: number; hashes: InlineHashes }>()
  let routes: Promise<Routes> | undefined

  async function hashesOfFile(file: string): Promise<InlineHashes | null> {
    const path = join(buildDir, 'server', 'app', file)
    // A page that is rendered again from time to time is written anew, with other scripts in it.
    const status = await stat(path).catch(() => null)
    if (!status) return null
    const cached = known.get(file)
    if (cached?.modifiedMs === status.mtimeMs) return cached.hashes
    const hashes = inlineHashes(await readFile(path, 'utf8'))
    known.set(file, { modifiedMs: status.mtimeMs, hashes })
    return hashes
  }

  return {
    async find(pathname) {
      routes ??= readRoutes(buildDir)
      const isRevalidated = (await routes).get(pathname)
      if (isRevalidated === undefined) return null
      const hashes = await hashesOfFile(pathname === '/' ? 'index.html' : `${pathname.slice(1)}.html`)
      return hashes && { hashes, isRevalidated }
    },
    async notFoundHashes() {
      return (await hashesOfFile('_not-found.html')) ?? { scripts: [], styles: [] }
    },
  }
}

async function readRoutes(buildDir: string): Promise<Routes> {
  const text = await readFile(join(buildDir, 'prerender-manifest.json'), 'utf8').catch(() => '{"routes":{}}')
  const { routes } = manifestSchema.parse(JSON.parse(text))
  return new Map(
    Object.entries(routes).map(([path, { initialRevalidateSeconds }]) => [
      path,
      initialRevalidateSeconds !== false,
    ]),
  )
}

/** Data is not run, so no policy asks about it: `application/ld+json`, `application/json`. */
const DATA_BLOCK = /\btype\s*=\s*["']?application\/(?:ld\+)?json/i
const INLINE_ELEMENT = /<(script|style)\b([^>]*)>([\s\S]*?)<\/\1>/gi

/** CSP Level 3 section 6.7.3.2: the hash is of the text between the tags, byte for byte. */
export function inlineHashes(html: string): InlineHashes {
  const scripts = new Set<string>()
  const styles = new Set<string>()
  for (const [, tag = '', attributes = '', text = ''] of html.matchAll(INLINE_ELEMENT)) {
    if (/\ssrc\s*=/i.test(attributes) || DATA_BLOCK.test(attributes) || text === '') continue
    const hash = `sha256-${createHash('sha256').update(text).digest('base64')}`
    if (tag.toLowerCase() === 'script') scripts.add(hash)
    else styles.add(hash)
  }
  return { scripts: [...scripts], styles: [...styles] }
}
