/**
 * Owns the Markdown page of an imported server: what the entry says, how to install it where that is certain, and where
 * it comes from.
 */
import type { JsonObject } from '../../lib/kernel/manifest-yaml.ts'
import { mcpServerSpecSchema } from '../../lib/kernel/manifest-spec.ts'
import type { McpServerSpec } from '../../lib/kernel/manifest-spec.ts'
import type { RegistryEntry } from './mcp-registry-entry.ts'

type ServerPackage = NonNullable<McpServerSpec['packages']>[number]

export interface Page {
  entry: RegistryEntry
  description: string
  derived: boolean
  spec: JsonObject
}

export function readmeOf({ entry, description, derived, spec }: Page): string {
  const { packages = [], remotes = [] } = mcpServerSpecSchema.parse(spec)
  const sections = [
    escapeMarkdown(description),
    derived ? '*The registry entry has no description; this line is derived from its names.*' : '',
    ...packages.map(installSection),
    ...packages.map(environmentSection),
    remotesSection(remotes),
    originSection(entry),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function installSection(item: ServerPackage): string {
  const command = installCommand(item)
  if (!command) {
    return '## Install\n\nThe registry entry does not say how to run a published package. Follow the instructions of the repository.'
  }
  const [program = '', ...args] = command
  const config = { mcpServers: { [shortName(item.name)]: { command: program, args } } }
  return [
    '## Install',
    fence('sh', command.join(' ')),
    'In a client that reads an `mcpServers` file:',
    fence('json', JSON.stringify(config, null, 2)),
    'Options beyond this line are described in the repository.',
  ].join('\n\n')
}

function installCommand({ registry, name, version, runtimeHint }: ServerPackage): string[] | null {
  if (runtimeHint === 'npx' && registry === 'npm') return ['npx', '-y', version ? `${name}@${version}` : name]
  if (runtimeHint === 'uvx' && registry === 'pypi') return ['uvx', version ? `${name}@${version}` : name]
  if (runtimeHint === 'docker') return ['docker', 'run', '-i', '--rm', name]
  return null
}

function environmentSection({ environment = [] }: ServerPackage): string {
  if (environment.length === 0) return ''
  const rows = environment.map(({ name, description = '', secret, example }) => {
    const note =
      description !== ''
        ? escapeMarkdown(description)
        : typeof example === 'string'
          ? `for example ${code(example)}`
          : ''
    return `| ${code(name)} | ${secret ? 'yes' : 'no'} | ${note} |`
  })
  return `## Environment\n\n| variable | secret | note |\n| --- | --- | --- |\n${rows.join('\n')}`
}

function remotesSection(remotes: NonNullable<McpServerSpec['remotes']>): string {
  if (remotes.length === 0) return ''
  const rows = remotes.map(({ transport, url }) => {
    const local = /^https?:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url)
      ? ' (where a server on your own machine listens)'
      : ''
    return `- ${code(url)}${transport ? `, ${transport}` : ''}${local}`
  })
  return `## Addresses\n\n${rows.join('\n')}`
}

function originSection({ id, name, repository }: RegistryEntry): string {
  const source = repository.url ? `[${repository.url}](${repository.url})` : 'not stated'
  return [
    '## Origin',
    `Imported from the seed of the official MCP registry of 16 May 2025, entry ${code(name || id)} (${code(id)}). ` +
      `Source: ${source}. Nobody here has reviewed or run it, and its author has not claimed this page. ` +
      'Its license is the one stated in its repository.',
  ].join('\n\n')
}

function shortName(name: string): string {
  return name.split('/').at(-1) ?? name
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replace(/\s+/g, ' ')}\``
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&')
}
