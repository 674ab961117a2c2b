/**
 * Owns how an MCP server is started, read from its manifest: a shell line and the entry for a client's `mcpServers` file.
 * Everything in a manifest comes from strangers, so names must have the form of their registry and what is unclear gets
 * no line rather than a guess. Pure and client-safe.
 */
import type { McpServerSpec } from '#lib/kernel/manifest-spec'
import { isDeceptive, shellLine } from './shell-line.ts'

type ServerPackage = NonNullable<McpServerSpec['packages']>[number]
type ServerRemote = NonNullable<McpServerSpec['remotes']>[number]
type Argument = NonNullable<ServerPackage['arguments']>[number]

export interface SettingRow {
  name: string
  description: string | null
  isRequired: boolean
  isSecret: boolean
  /** What holds when nothing is set; never shown for secrets. */
  standard: string | null
}

export interface ServerInstall {
  /** `npm`, `pypi`, …, or `remote`. */
  source: string
  /** What is installed or reached: `@scope/server@1.2.3`, or an address. */
  target: string
  /** For a terminal; `null` for remotes, and where the manifest does not say how to run it. */
  command: string | null
  /** JSON for a client that reads `mcpServers`; `null` like the command. */
  clientConfig: string | null
  settings: SettingRow[]
  /** Arguments that the manifest states but that do not belong after the package, one a line of text. */
  unplacedArguments: string[]
}

interface Runner {
  program: string
  hints: readonly string[]
  pattern: RegExp
  words: (target: string, variables: readonly string[]) => string[]
  target: (name: string, version: string | undefined) => string
}

const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}$/
const withAt = (name: string, version: string | undefined) => (version ? `${name}@${version}` : name)

// No name may begin with a dash, or the runner would take it for an option.
const RUNNERS: Record<string, Runner> = {
  npm: {
    program: 'npx',
    hints: ['npx', 'node', 'npm'],
    pattern: /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i,
    words: (target) => ['-y', target],
    target: withAt,
  },
  pypi: {
    program: 'uvx',
    hints: ['uvx', 'uv', 'python', 'pip', 'pipx'],
    pattern: /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i,
    words: (target) => [target],
    target: withAt,
  },
  docker: {
    program: 'docker',
    hints: ['docker', 'podman'],
    pattern:
      /^[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5}(?=\/))?(?:\/[a-z0-9][a-z0-9._-]*)*(?::[a-z0-9_][a-z0-9._-]*)?(?:@sha256:[0-9a-f]{64})?$/i,
    words: (target, variables) => ['run', '-i', '--rm', ...variables.flatMap((name) => ['-e', name]), target],
    target: (name, version) => (version && !/[:@][^/]*$/.test(name) ? `${name}:${version}` : name),
  },
}

// Options of the runners themselves, and files of a checkout: written after the package they would mean something else.
const OF_THE_RUNNER = new Set(
  '-y --yes --with --with-editable --from --directory --project --python --package run exec -i -it --rm -e --env -v --mount'.split(
    ' ',
  ),
)
const OF_A_CHECKOUT = /\.(?:py|js|mjs|ts)$|git\+https?:|\/path\/to\//i

export function serverInstalls(spec: McpServerSpec, name: string): ServerInstall[] {
  const key = clientKey(name)
  return [
    ...(spec.packages ?? []).map((item) => packageInstall(item, key)),
    ...(spec.remotes ?? []).map((item) => remoteInstall(item, key)),
  ]
}

function packageInstall(item: ServerPackage, key: string): ServerInstall {
  const { registry, version, runtimeHint, environment = [] } = item
  const settings = environment.map(settingRow)
  const stated = (item.arguments ?? []).flatMap(argumentWords)
  const isMisplaced = stated.some((word) => belongsElsewhere(word, item.name))
  const runner = RUNNERS[registry]
  const isKnown =
    runner !== undefined &&
    runner.pattern.test(item.name) &&
    (version === undefined || VERSION.test(version)) &&
    (runtimeHint === undefined ? !isMisplaced : runner.hints.includes(runtimeHint))
  const plain = {
    source: registry,
    target: withAt(item.name, version),
    settings,
    unplacedArguments: stated,
  }
  if (!isKnown) return { ...plain, command: null, clientConfig: null }
  const target = runner.target(item.name, version)
  const asked = settings.some((row) => row.isRequired) ? settings.filter((row) => row.isRequired) : settings
  const variables = Object.fromEntries(asked.map((row) => [row.name, row.standard ?? `<${row.name}>`]))
  const words = [...runner.words(target, Object.keys(variables)), ...(isMisplaced ? [] : stated)]
  const unset = Object.fromEntries(
    asked.filter((row) => row.standard === null).map((row) => [row.name, `<${row.name}>`]),
  )
  const command = shellLine([runner.program, ...words], unset)
  return {
    ...plain,
    target,
    command,
    clientConfig:
      command === null
        ? null
        : clientConfig(key, {
            command: runner.program,
            args: words,
            ...(asked.length > 0 ? { env: variables } : {}),
          }),
    unplacedArguments: isMisplaced ? stated : [],
  }
}

function remoteInstall({ transport, url }: ServerRemote, key: string): ServerInstall {
  const type = { sse: 'sse', 'streamable-http': 'http', websocket: 'ws' }[transport ?? 'streamable-http']
  return {
    source: 'remote',
    target: url,
    command: null,
    clientConfig: isDeceptive(url) ? null : clientConfig(key, { ...(transport ? { type } : {}), url }),
    settings: [],
    unplacedArguments: [],
  }
}

function argumentWords(argument: Argument): string[] {
  if (typeof argument === 'string') return [argument]
  const { type, name, value, description, required } = argument
  if (type === 'named') return [name, value].filter((word): word is string => Boolean(word))
  if (value !== undefined) return [value]
  return required ? [placeholder(name ?? description ?? 'value')] : []
}

function belongsElsewhere(word: string, packageName: string): boolean {
  return (
    OF_THE_RUNNER.has(word) ||
    OF_A_CHECKOUT.test(word) ||
    word === packageName ||
    word.startsWith(`${packageName}@`)
  )
}

function placeholder(words: string): string {
  const folded = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `<${folded.slice(0, 40) || 'value'}>`
}

function clientKey(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '-')
}

function clientConfig(key: string, server: Record<string, unknown>): string {
  return JSON.stringify({ mcpServers: { [key]: server } }, null, 2)
}

/** A row of the settings table, for servers and apps alike. */
export function settingRow(variable: {
  name: string
  description?: string
  required?: boolean
  secret?: boolean
  default?: string | number | boolean
}): SettingRow {
  const isSecret = variable.secret ?? false
  return {
    name: variable.name,
    description: variable.description?.trim() || null,
    isRequired: variable.required ?? false,
    isSecret,
    standard: isSecret || variable.default === undefined ? null : String(variable.default),
  }
}
