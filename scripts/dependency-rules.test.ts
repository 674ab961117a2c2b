import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../.dependency-cruiser.mjs'

type Files = Record<string, string>

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-rules-'))
})
afterAll(async () => rm(folder, { recursive: true }))

let projects = 0

/** The names of the rules that a project with these files breaks. */
async function brokenBy(files: Files): Promise<string[]> {
  const baseDir = join(folder, `project-${projects++}`)
  const manifest = { dependencies: { next: '1', postgres: '1' }, devDependencies: { vitest: '1' } }
  const all: Files = { 'package.json': JSON.stringify(manifest), ...files }
  for (const name of ['next', 'postgres', 'vitest']) {
    all[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0', main: 'main.js' })
    all[`node_modules/${name}/main.js`] = 'module.exports = {}'
  }
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(baseDir, path)), { recursive: true })
    await writeFile(join(baseDir, path), text)
  }
  const { enhancedResolveOptions, tsConfig: _, ...options } = config.options ?? {}
  const roots = [...new Set(Object.keys(files).map((path) => path.split('/', 1).join('')))]
  const { output } = await cruise(
    roots,
    { ...options, baseDir, validate: true, ruleSet: { forbidden: config.forbidden ?? [] } },
    { ...enhancedResolveOptions, extensions: ['.ts', '.tsx', '.js'] },
  )
  const { summary } = output as ICruiseResult
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].toSorted()
}

const uses = (path: string) => `import * as used from '${path}'\nexport default used\n`
const leaf = 'export const leaf = 1\n'

describe('the layers may', () => {
  it('be used as the architecture says', async () => {
    const broken = await brokenBy({
      'app/page.tsx': uses('../lib/catalog/get-home.ts'),
      'components/card.tsx': uses('../lib/catalog/schemas.ts'),
      'lib/catalog/schemas.ts': uses('../kernel/handle.ts'),
      'lib/catalog/get-home.ts': uses('./data.ts'),
      'lib/catalog/data.ts': uses('../platform/db.ts'),
      'lib/search/list.ts': uses('../catalog/get-home.ts'),
      'lib/platform/db.ts': uses('postgres'),
      'lib/kernel/handle.ts': leaf,
      'lib/kernel/handle.test.ts': uses('vitest'),
    })
    expect(broken).toEqual([])
  })
})

const CASES: [rule: string, what: string, files: Files][] = [
  [
    'no-circular',
    'two modules that need each other',
    {
      'lib/catalog/one.ts': uses('./two.ts'),
      'lib/catalog/two.ts': uses('./one.ts'),
    },
  ],
  ['not-to-unresolvable', 'an import of nothing', { 'lib/catalog/one.ts': uses('./nowhere.ts') }],
  [
    'known-folders',
    'a feature without a place in the order',
    {
      'lib/gossip/tell.ts': uses('../kernel/handle.ts'),
      'lib/kernel/handle.ts': leaf,
    },
  ],
  [
    'data-private',
    'another feature’s data',
    {
      'lib/search/list.ts': uses('../catalog/data.ts'),
      'lib/catalog/data.ts': leaf,
    },
  ],
  [
    'data-private',
    'a page with data',
    { 'app/page.tsx': uses('../lib/catalog/data.ts'), 'lib/catalog/data.ts': leaf },
  ],
  [
    'feature-dag',
    'a feature that asks upward',
    {
      'lib/identity/sign-in.ts': uses('../catalog/get-home.ts'),
      'lib/catalog/get-home.ts': leaf,
    },
  ],
  [
    'feature-dag',
    'a feature that asks sideways',
    {
      'lib/search/list.ts': uses('../publishing/publish.ts'),
      'lib/publishing/publish.ts': leaf,
    },
  ],
  [
    'layers-know-no-feature',
    'an adapter that knows a feature',
    {
      'lib/platform/cache.ts': uses('../catalog/get-home.ts'),
      'lib/catalog/get-home.ts': leaf,
    },
  ],
  [
    'platform-below-http',
    'an adapter that knows HTTP',
    {
      'lib/platform/cache.ts': uses('../http/reply.ts'),
      'lib/http/reply.ts': leaf,
    },
  ],
  ['kernel-pure', 'a kernel that needs Node', { 'lib/kernel/handle.ts': uses('node:crypto') }],
  [
    'kernel-pure',
    'a kernel that needs another layer',
    {
      'lib/kernel/handle.ts': uses('../platform/env.ts'),
      'lib/platform/env.ts': leaf,
    },
  ],
  [
    'client-safe',
    'a component that calls a verb',
    {
      'components/card.tsx': uses('../lib/catalog/get-home.ts'),
      'lib/catalog/get-home.ts': leaf,
    },
  ],
  [
    'client-safe',
    'a shape that pulls in a verb',
    {
      'lib/catalog/schemas.ts': uses('./get-home.ts'),
      'lib/catalog/get-home.ts': leaf,
    },
  ],
  [
    'client-safe',
    'an endpoint declaration that pulls in Node',
    { 'lib/catalog/endpoints.ts': uses('node:fs') },
  ],
  [
    'app-through-verbs',
    'a page that opens the database',
    {
      'app/page.tsx': uses('../lib/platform/db.ts'),
      'lib/platform/db.ts': leaf,
    },
  ],
  ['app-through-verbs', 'a route with a driver', { 'app/api/route.ts': uses('postgres') }],
  ['app-through-verbs', 'a route that reads files', { 'app/api/route.ts': uses('node:fs/promises') }],
  ['routes-without-next', 'a route that asks Next', { 'app/api/route.ts': uses('next') }],
  [
    'app-is-the-top',
    'a verb that leans on a page',
    { 'lib/catalog/verb.ts': uses('../../app/page.tsx'), 'app/page.tsx': leaf },
  ],
  [
    'no-vague-names',
    'a file called utils',
    { 'lib/catalog/verb.ts': uses('./utils.ts'), 'lib/catalog/utils.ts': leaf },
  ],
  [
    'no-vague-names',
    'a folder called common',
    {
      'components/common/card.tsx': uses('./part.tsx'),
      'components/common/part.tsx': leaf,
    },
  ],
  ['no-barrels', 'a barrel', { 'lib/catalog/verb.ts': uses('./index.ts'), 'lib/catalog/index.ts': leaf }],
  ['not-to-dev-dep', 'production code with a tool', { 'lib/catalog/verb.ts': uses('vitest') }],
]

describe('the rules refuse', { timeout: 30_000 }, () => {
  it.each(CASES)('%s: %s', async (rule, _, files) => {
    expect(await brokenBy(files)).toContain(rule)
  })

  it('something for every rule there is', () => {
    const names = new Set((config.forbidden ?? []).map(({ name }) => name))
    expect([...names].toSorted()).toEqual([...new Set(CASES.map(([rule]) => rule))].toSorted())
  })
})

describe('the linter refuses', { timeout: 30_000 }, () => {
  // None of these rules needs types, and working them out takes half a minute.
  const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] })
  /** Lints `text` as if it stood in the file `path`. */
  const messagesOf = async (path: string, text: string) => {
    const [result] = await eslint.lintText(text, { filePath: path })
    return (result?.messages ?? []).map(({ message }) => message).join('\n')
  }

  it('settings read outside lib/platform/env.ts', async () => {
    const text = "import 'server-only'\nexport const key = process.env.KEY\n"
    expect(await messagesOf('lib/platform/db.ts', text)).toContain('env-only-in-platform')
    expect(await messagesOf('lib/platform/env.ts', text)).not.toContain('env-only-in-platform')
    const imported = "import 'server-only'\nimport { env } from 'node:process'\nexport const key = env.KEY\n"
    expect(await messagesOf('lib/platform/db.ts', imported)).toContain('env-only-in-platform')
  })

  it('the service’s rights outside the list of who may take them', async () => {
    const text =
      "import 'server-only'\nimport { asService } from '#lib/platform/db'\nexport default asService\n"
    expect(await messagesOf('lib/identity/data.ts', text)).toContain('service-role-importers')
    expect(await messagesOf('lib/operations/data.ts', text)).not.toContain('service-role-importers')
  })

  it('server files that a browser bundle could take in', async () => {
    expect(await messagesOf('lib/catalog/get-home.ts', 'export const one = 1\n')).toContain(
      'server-only-presence',
    )
    expect(await messagesOf('lib/catalog/get-home.ts', "import 'server-only'\n")).not.toContain(
      'server-only-presence',
    )
    expect(await messagesOf('lib/catalog/schemas.ts', 'export const one = 1\n')).not.toContain(
      'server-only-presence',
    )
  })

  it('select *', async () => {
    const text =
      "import 'server-only'\nexport const rows = (db: { selectAll(): unknown }) => db.selectAll()\n"
    expect(await messagesOf('lib/catalog/data.ts', text)).toContain('Name the columns')
  })
})
