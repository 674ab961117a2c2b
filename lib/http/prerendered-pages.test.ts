import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inlineHashes, prerenderedPages } from './prerendered-pages.ts'

const sha256 = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`
const page = (script: string) =>
  `<html><head><style>a{}</style><script src="/theme.js"></script></head><body>` +
  `<script>${script}</script><script async>two()</script><script\nid="x" src="/y.js" async=""></script></body></html>`

describe('the hashes of a page', () => {
  it('cover every inline script and style, byte for byte, and nothing that is loaded', () => {
    const html = page('self.__next_f.push([1,"\\u003c/script>"])\n')
    expect(inlineHashes(html)).toEqual({
      scripts: [sha256('self.__next_f.push([1,"\\u003c/script>"])\n'), sha256('two()')],
      styles: [sha256('a{}')],
    })
  })

  it('take an attribute that only ends in src for what it is', () => {
    expect(inlineHashes('<script data-src="/x">go()</script>').scripts).toEqual([sha256('go()')])
  })
})

describe('the build', () => {
  let buildDir = ''
  const appDir = () => join(buildDir, 'server', 'app')
  beforeAll(async () => {
    buildDir = await mkdtemp(join(tmpdir(), 'souk-build-'))
    await mkdir(join(appDir(), 'docs'), { recursive: true })
    const routes = {
      '/': { initialRevalidateSeconds: 60 },
      '/docs/api': { initialRevalidateSeconds: false },
      '/icon.svg': { initialRevalidateSeconds: false },
    }
    await writeFile(join(buildDir, 'prerender-manifest.json'), JSON.stringify({ version: 4, routes }))
    await writeFile(join(appDir(), 'index.html'), page('home()'))
    await writeFile(join(appDir(), 'docs', 'api.html'), page('api()'))
    await writeFile(join(appDir(), '_not-found.html'), page('lost()'))
  })
  afterAll(async () => rm(buildDir, { recursive: true }))

  it('tells which pages it rendered, and which of them it renders anew', async () => {
    const pages = prerenderedPages(buildDir)
    expect(await pages.find('/docs/api')).toMatchObject({
      isRevalidated: false,
      hashes: { scripts: [sha256('api()'), sha256('two()')] },
    })
    expect(await pages.find('/')).toMatchObject({ isRevalidated: true })
  })

  it.each(['/docs', '/docs/api/', '/../docs/api', '/docs/api.html', '/_not-found', '/icon.svg'])(
    'does not take %s for one of them',
    async (path) => {
      expect(await prerenderedPages(buildDir).find(path)).toBeNull()
    },
  )

  it('is read again when a page was rendered anew', async () => {
    const pages = prerenderedPages(buildDir)
    await pages.find('/')
    await writeFile(join(appDir(), 'index.html'), page('later()'))
    await utimes(join(appDir(), 'index.html'), 1, 1)
    expect((await pages.find('/'))?.hashes.scripts).toContain(sha256('later()'))
  })

  it('gives the hashes of its 404 page', async () => {
    expect((await prerenderedPages(buildDir).notFoundHashes()).scripts).toContain(sha256('lost()'))
  })

  it('that is not there has no pages', async () => {
    const pages = prerenderedPages(join(buildDir, 'nothing'))
    expect(await pages.find('/')).toBeNull()
    expect(await pages.notFoundHashes()).toEqual({ scripts: [], styles: [] })
  })
})
