/**
 * Owns how an entry gets its handle, its display name and its description. Nothing is invented: every word comes from
 * the entry's own name, repository and packages.
 */
import { NAME_MAX_LENGTH } from '../../lib/kernel/handle.ts'
import type { RegistryEntry } from './mcp-registry-entry.ts'
import { installableRegistry } from './mcp-registry-spec.ts'

export interface Origin {
  owner: string
  repository: string
}

/**
 * The `OWNER/NAME` behind an entry: its registry name, else its GitHub address, else a package name of that form.
 * `null` when none of them tells.
 */
export function originOf(entry: RegistryEntry): Origin | null {
  const candidates = [
    /^io\.github\.([^/]+)\/([^/]+)$/i.exec(entry.name.trim()),
    /^https?:\/\/github\.com\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(entry.repository.url.trim()),
    ...entry.packages.map(({ name }) => /^@?([^/\s]+)\/([^/\s]+)$/.exec(name)),
  ]
  for (const match of candidates) {
    const [, owner = '', repository = ''] = match ?? []
    if (foldName(owner) !== '' && foldName(repository) !== '') return { owner, repository }
  }
  return null
}

/** Folds any text into a valid name: lower case, anything else becomes "-", single separators, trimmed to length. */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .slice(0, NAME_MAX_LENGTH)
    .replace(/^[._-]+|[._-]+$/g, '')
}

const SPELLINGS = new Map(
  `MCP API AI AWS SQL MySQL MariaDB MongoDB MSSQL PostgreSQL DB CLI IDE LSP LLDB LLM RAG CMS CRM S3 SDK UI EVM BSC NBA NASA
  SEC EDGAR FRED FDIC GitHub GitLab JSON PDF YouTube LinkedIn WhatsApp OpenAPI OpenRPC GraphQL HubSpot ClickHouse ClickUp
  TickTick CoinMarketCap DeepSeek BigQuery DuckDB InfluxDB ArangoDB Neo4j RabbitMQ QGIS KiCad DICOM DBLP TMDB TFT IoTDB
  GreptimeDB SearXNG CircleCI macOS iTerm OpenCTI OpenDota PubChem ElevenLabs PowerPoint PancakeSwap WebSearch K8s 3D HF
  DevOps iOS WildFly GoodNews OceanBase NeoVim MetaTrader ServiceNow ADX NS LS PL CFBD HDW Redis OpenAI JetBrains DaVinci EdgeOne LlamaCloud UnityCatalog QuickChart
  HomeAssistant ntfy n8n gotoHuman AgentQL AgentRPC E2B`
    .split(/\s+/)
    .map((word) => [word.toLowerCase(), word]),
)
const FILLERS = new Set(['mcp', 'server', 'servers', 'modelcontextprotocol', 'for'])
/** Tools for MCP itself: "MCP Proxy" says more than "Proxy MCP". */
const TOOLS = new Set([
  'proxy',
  'installer',
  'router',
  'manager',
  'cli',
  'compass',
  'badges',
  'guardian',
  'directory',
  'create',
  'marketplace',
])
const REGISTRY_NAMES: Record<string, string> = { npm: 'npm', pypi: 'PyPI', docker: 'Docker Hub' }
/** Names that say nothing without their owner. */
const GENERIC = new Set([
  '',
  'agent toolkit',
  'agentkit',
  'agent kit',
  'ai',
  'actors',
  'example',
  'assistant',
  'python',
])

/** A readable name: `mcp-server-adfin` is "Adfin MCP Server"; a bare `mcp` takes its owner's name. */
export function displayNameOf(entry: RegistryEntry, { owner, repository }: Origin): string {
  const [, urlOwner = owner, urlRepository = repository] =
    /^https?:\/\/github\.com\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(entry.repository.url) ?? []
  const cased = (name: string, other: string) => (name.toLowerCase() === other.toLowerCase() ? other : name)
  const words = cased(repository, urlRepository)
    .split(/[-_.\s]+/)
    .filter((word) => word !== '')
  const subject = words.filter((word) => !FILLERS.has(word.toLowerCase()))
  const about = subject.join(' ').toLowerCase()
  if (words[0]?.toLowerCase() === 'mcp' && TOOLS.has(subject[0]?.toLowerCase() ?? ''))
    return words.map(spell).join(' ')
  const named = GENERIC.has(about) ? [...cased(owner, urlOwner).split(/[-_]+/), ...subject] : subject
  return [...named.map(spell), ...suffix(words)].join(' ').slice(0, 80).trim()
}

/** The entry's own description, tidied; when it has none, one that states only what its names tell. */
export function descriptionOf(
  entry: RegistryEntry,
  origin: Origin,
  displayName: string,
): { text: string; derived: boolean } {
  const own = entry.description
    .replace(/:[a-z_]+:/g, '')
    .replace(/[\u202a-\u202e\u2066-\u2069]|\p{Cc}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^([^"]*)"$/, '$1')
  if (isTelling(own, entry, origin))
    return { text: own.length > 400 ? `${own.slice(0, 397).trimEnd()}...` : own, derived: false }
  const published = entry.packages.find((item) => installableRegistry(item) !== 'unknown')
  const where = published
    ? `, published on ${REGISTRY_NAMES[published.registry_name]} as ${published.name}`
    : ''
  return {
    text: `${displayName}: the repository ${origin.owner}/${origin.repository} on GitHub${where}.`,
    derived: true,
  }
}

// A description that only repeats a name or is a bare address tells nothing.
function isTelling(text: string, entry: RegistryEntry, { owner, repository }: Origin): boolean {
  if (text === '' || /^https?:\/\/\S+$/.test(text)) return false
  const names = [entry.name, repository, `${owner}/${repository}`, ...entry.packages.map(({ name }) => name)]
  return !names.some((name) => bare(name) === bare(text))
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function suffix(words: readonly string[]): string[] {
  const lower = words.map((word) => word.toLowerCase())
  const mcp = lower.includes('mcp') || lower.includes('modelcontextprotocol') ? ['MCP'] : []
  if (lower.includes('servers')) return [...mcp, 'Servers']
  return lower.includes('server') ? [...mcp, 'Server'] : mcp
}

function spell(word: string): string {
  const known = SPELLINGS.get(word.toLowerCase())
  if (known) return known
  return /[A-Z]/.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)
}
