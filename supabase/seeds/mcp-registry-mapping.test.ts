import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkClaimableName, parseHandle } from '../../lib/kernel/handle.ts'
import { parseManifest } from '../../lib/kernel/manifest.ts'
import { specSchemas } from '../../lib/kernel/manifest-spec.ts'
import { mapRegistryEntries } from './mcp-registry-mapping.ts'
import { foldName } from './mcp-registry-naming.ts'

const read = (name: string) => readFileSync(new URL(name, import.meta.url))
const bytes = read('mcp-registry-2025-05-16.json')
const seed = JSON.parse(bytes.toString('utf8')) as { id: string; name: string; description: string }[]
const categories = JSON.parse(read('categories.json').toString('utf8')) as {
  slug: string
  color: string
  displayOrder: number
}[]
const { imports, rejected } = mapRegistryEntries(seed)
const manifests = imports.map((item) => {
  const result = parseManifest(item.yaml)
  if (!result.ok) throw new Error(`${item.handle}: ${JSON.stringify(result.issues)}`)
  return { ...item, manifest: result.manifest, spec: specSchemas['mcp-server'].parse(result.manifest.spec) }
})
const byHandle = new Map(manifests.map((item) => [item.handle, item]))

const entry = (over: Record<string, unknown> = {}) => ({
  id: '11111111-aaaa-bbbb-cccc-000000000001',
  name: 'io.github.some-owner/some-name',
  description: 'Does things.',
  repository: { url: 'https://github.com/Some-Owner/some-name', source: 'github', id: '1' },
  version_detail: { version: '1.0.0', release_date: '', is_latest: true },
  packages: [{ registry_name: 'npm', name: 'some-name', version: '1.2.3' }],
  ...over,
})

describe('the real seed', () => {
  it('is the file that NOTICE.md describes, byte for byte', () => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    expect(read('NOTICE.md').toString('utf8')).toContain(digest)
  })

  it('is accounted for: 471 of 471 entries, each once', () => {
    expect(seed).toHaveLength(471)
    const indices = [...imports, ...rejected].map(({ index }) => index).sort((a, b) => a - b)
    expect(indices).toEqual(seed.map((_, index) => index))
    expect(imports).toHaveLength(464)
  })

  it('rejects only the seven blank entries, with that reason', () => {
    expect(rejected.map(({ index }) => seed[index])).toEqual(
      seed.filter(({ id, name, description }) => id === '' && name === '' && description === ''),
    )
    for (const { reason } of rejected) expect(reason).toMatch(/blank/)
  })

  it('yields valid manifests under their own handle and version', () => {
    for (const { handle, version, manifest, tags } of manifests) {
      expect(manifest).toMatchObject({ id: handle, version, kind: 'mcp-server', metadata: { tags } })
      expect(manifest.metadata.description.length).toBeGreaterThan(10)
      expect(manifest.metadata.readme).toMatch(/## Origin/)
    }
  })

  it('yields one handle each, in namespaces that can be claimed', () => {
    expect(new Set(imports.map(({ handle }) => handle)).size).toBe(imports.length)
    for (const { handle } of imports) {
      const parsed = parseHandle(handle)
      expect(parsed.ok && checkClaimableName(parsed.value.namespace).ok).toBe(true)
    }
  })

  it('yields the same bytes every time, in whatever order the entries come', { timeout: 30_000 }, () => {
    const again = mapRegistryEntries([...structuredClone(seed)].reverse())
    const yaml = new Map(again.imports.map((item) => [item.handle, item.yaml]))
    expect(again.imports).toHaveLength(imports.length)
    expect(imports.filter((item) => yaml.get(item.handle) !== item.yaml)).toEqual([])
  })

  it('loses no package, remote or environment variable', () => {
    const source = seed as unknown as Record<string, { environment_variables?: unknown[] }[] | undefined>[]
    for (const { index, spec } of manifests) {
      const { packages = [], remotes = [] } = source[index] ?? {}
      expect(spec.packages?.length ?? 0).toBe(packages.length)
      expect(spec.remotes?.length ?? 0).toBe(remotes.length)
      expect(spec.packages?.map(({ environment = [] }) => environment.length) ?? []).toEqual(
        packages.map(({ environment_variables: variables = [] }) => variables.length),
      )
    }
  })

  it('publishes no value that could be a credential', () => {
    for (const { yaml } of imports)
      expect(yaml).not.toMatch(/eyJ[\w-]{10,}\.|ghp_\w{20,}|sk-\w{20,}|AKIA\w{16}/)
    const metoro = byHandle.get('metoro-io/metoro-mcp-server')?.spec.packages?.[0]?.environment?.[0]
    expect(metoro).toEqual({ name: 'METORO_AUTH_TOKEN', secret: true })
  })

  it('gives an install command only where the registry and the name fit', () => {
    expect(byHandle.get('21st-dev/magic-mcp')?.yaml).toContain('npx -y @21st-dev/magic@0.0.46')
    for (const handle of [
      'ppl-ai/modelcontextprotocol',
      'zenml-io/mcp-zenml',
      'adfin-engineering/mcp-server-adfin',
    ]) {
      expect(byHandle.get(handle)?.yaml).toMatch(/does not say how to run/)
    }
  })

  it('says so when a description is derived', () => {
    const clickhouse = byHandle.get('clickhouse/mcp-clickhouse')?.manifest.metadata
    expect(clickhouse?.description).toContain('published on PyPI as mcp-clickhouse')
    expect(clickhouse?.readme).toMatch(/derived from its names/)
    expect(byHandle.get('tinyfish-io/agentql-mcp')?.manifest.metadata.readme).not.toMatch(/derived/)
  })

  it.each([
    ['adfin-engineering/mcp-server-adfin', 'Adfin MCP Server'],
    ['gibsonai/mcp', 'GibsonAI MCP'],
    ['jeamee/mcphub-desktop', 'MCPHub Desktop'],
    ['sparfenyuk/mcp-proxy', 'MCP Proxy'],
    ['stripe/agent-toolkit', 'Stripe Agent Toolkit'],
  ])('names %s "%s"', (handle, name) => {
    expect(byHandle.get(handle)?.manifest.metadata.name).toBe(name)
  })
})

describe('categories', () => {
  it('have unique slugs, known colours and a fixed order', () => {
    const tokens = 'amber rose violet indigo sky teal emerald lime orange fuchsia slate cyan'.split(' ')
    expect(new Set(categories.map(({ slug }) => slug)).size).toBe(categories.length)
    expect(new Set(categories.map(({ displayOrder }) => displayOrder)).size).toBe(categories.length)
    for (const { color } of categories) expect(tokens).toContain(color)
  })

  it('hold every import, each of them some, and leave less than 2 % in "other"', () => {
    const used = new Set(imports.map(({ category }) => category))
    const known = categories.map(({ slug }) => slug)
    expect([...used].filter((slug) => !known.includes(slug))).toEqual([])
    expect(known.filter((slug) => slug !== 'other' && !used.has(slug))).toEqual([])
    expect(imports.filter(({ category }) => category === 'other').length).toBeLessThan(imports.length * 0.02)
  })

  it.each(
    Object.entries({
      'ai-and-agents':
        'arize-ai/phoenix langfuse/mcp-server-langfuse mem0ai/mem0-mcp yanxingliu/dify-mcp-server',
      'browser-automation':
        'browserbase/mcp-server-browserbase executeautomation/mcp-playwright mobile-next/mobile-mcp',
      'business-and-marketing': 'buryhuang/mcp-hubspot geli2001/shopify-mcp smn2gnt/mcp-salesforce',
      'cloud-and-devops':
        'grafana/mcp-grafana flux159/mcp-server-kubernetes kocierik/mcp-nomad azure/azure-mcp',
      communication:
        'chaindead/telegram-mcp gongrzhe/gmail-mcp-server korotovsky/slack-mcp-server enescinr/twitter-mcp',
      'data-and-analytics':
        'ergut/mcp-bigquery-server isaacwasserman/mcp-snowflake-server atlanhq/agent-toolkit',
      databases:
        'clickhouse/mcp-clickhouse neo4j-contrib/mcp-neo4j qdrant/mcp-server-qdrant benborla/mcp-server-mysql',
      'design-and-media':
        'ahujasid/blender-mcp glips/figma-context-mcp varunneal/spotify-mcp codergamester/mcp-unity',
      'developer-tools':
        'jetbrains/mcp-jetbrains geropl/git-mcp-go stass/lldb-mcp shannonlal/mcp-postman e2b-dev/mcp-server',
      'files-and-devices':
        'mark3labs/mcp-filesystem-server voska/hass-mcp simonb97/win-cli-mcp-server mamertofabian/mcp-everything-search',
      'finance-and-crypto':
        'stripe/agent-toolkit kukapay/uniswap-trader-mcp xeroapi/xero-mcp-server chuckbryan/ynabmcpserver',
      'games-and-sports': 'pab1it0/chess-mcp taidgh-robinson/nba-mcp-server jifrozen0110/mcp-riot',
      'knowledge-and-docs': 'stevenstavrakis/obsidian-mcp vivekvells/mcp-pandoc rajvirtual/mcp-servers',
      'maps-and-travel': 'openbnb-org/mcp-server-airbnb isdaniel/mcp_weather_server jjsantos01/qgis_mcp',
      'mcp-tooling':
        'punkpeye/fastmcp punkpeye/awesome-mcp-servers sparfenyuk/mcp-proxy badkk/awesome-crypto-mcp-servers',
      productivity:
        'sooperset/mcp-atlassian abhiz123/todoist-mcp-server haris-musa/excel-mcp-server leonardsellem/n8n-mcp-server',
      'science-and-education': 'szeider/mcp-dblp programcomputer/nasa-mcp-server scorzeth/anki-mcp-server',
      'search-and-web':
        'exa-labs/exa-mcp-server ihor-sokoliuk/mcp-searxng mendableai/firecrawl-mcp-server zcaceres/fetch-mcp',
      security: 'semgrep/mcp kapilduraphe/okta-mcp-server mytechnotalent/malwarebazaar_mcp snyk/snyk-ls',
    }).flatMap(([category, handles]) =>
      handles
        .split(' ')
        .filter((handle) => handle.includes('/'))
        .map((handle) => [handle, category]),
    ),
  )('puts %s under %s', (handle, category) => {
    expect(byHandle.get(handle)?.category).toBe(category)
  })
})

describe('entries that need rescue', () => {
  const only = (value: unknown) => mapRegistryEntries([value])
  const handleOf = (over: Record<string, unknown>) => only(entry(over)).imports[0]?.handle

  it('take their name from the repository or a package when they have none', () => {
    expect(handleOf({ name: '' })).toBe('some-owner/some-name')
    expect(handleOf({ name: 'nonsense', repository: null, packages: [{ name: '@scope/pkg' }] })).toBe(
      'scope/pkg',
    )
  })

  it('have capitals and odd characters folded', () => {
    expect(handleOf({ name: 'io.github.Some_Owner/My  Névé--Server.' })).toBe('some_owner/my-neve-server')
    expect(foldName('__A..b__')).toBe('a-b')
    expect(foldName('x'.repeat(200))).toHaveLength(64)
  })

  it('are reported as duplicates when they say the same, and told apart when they do not', () => {
    const twin = entry({ id: '22222222-aaaa-bbbb-cccc-000000000002' })
    const other = entry({ id: '33333333-aaaa-bbbb-cccc-000000000003', description: 'Does other things.' })
    for (const order of [
      [entry(), twin, other],
      [other, twin, entry()],
    ]) {
      const result = mapRegistryEntries(order)
      expect(result.imports.map(({ handle }) => handle).sort()).toEqual([
        'some-owner/some-name',
        'some-owner/some-name-33333333',
      ])
      expect(result.rejected).toMatchObject([
        { reason: 'Duplicate of entry 11111111-aaaa-bbbb-cccc-000000000001.' },
      ])
    }
  })

  it.each([
    ['no object', 42, /not an object/],
    ['a reserved namespace', entry({ name: 'io.github.admin/tool' }), /reserved/],
    ['no version', entry({ version_detail: {} }), /not a semantic version/],
    [
      'an odd version',
      entry({ version_detail: { version: 'latest' } }),
      /"latest" is not a semantic version/,
    ],
    ['nothing that names it', entry({ name: '', repository: null, packages: [] }), /owner and a name/],
  ])('are rejected with the reason: %s', (_, value, reason) => {
    const result = only(value)
    expect(result.imports).toEqual([])
    expect(result.rejected[0]?.reason).toMatch(reason)
  })
})
