/**
 * Owns turning an entry's packages and remotes into the `spec` of an `mcp-server` manifest. What the registry's crawler
 * plainly misread is left out; what remains is as the entry states it.
 */
import type { McpServerSpec } from '../../lib/kernel/manifest-spec.ts'
import type { JsonObject } from '../../lib/kernel/manifest-yaml.ts'
import type { RegistryArgument, RegistryEntry, RegistryPackage } from './mcp-registry-entry.ts'

type ServerPackage = NonNullable<McpServerSpec['packages']>[number]
type ServerArgument = Exclude<NonNullable<ServerPackage['arguments']>[number], string>
type ServerVariable = NonNullable<ServerPackage['environment']>[number]

const RUNTIMES: Record<string, string> = { npm: 'npx', pypi: 'uvx', docker: 'docker' }
const PACKAGE_NAMES: Record<string, RegExp> = {
  npm: /^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/,
  pypi: /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  docker: /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)+$/,
}
const SECRET = /(KEY|TOKEN|SECRET|PASSWORD|PASS|PRIVATE|CREDENTIAL|SKS|HASH|JWT)(_|$)|^ALIBABA_CLOUD_ACCESS/i
const NOT_SECRET = /(_URL|_URI|_HOST|_ENDPOINT|_USER|_USERNAME|_ID|_NAME|_PATH|_TYPE|_TTL|_SECONDS)$/i

export function specOf(entry: RegistryEntry): JsonObject {
  const packages = entry.packages.filter(({ name }) => name !== '').map(toPackage)
  const remotes = entry.remotes
    .filter(({ url }) => /^https?:\/\/\S+$/.test(url))
    .map(({ transport_type: transport, url }) => ({ ...(transport === 'sse' ? { transport } : {}), url }))
  return JSON.parse(
    JSON.stringify({
      ...(packages.length > 0 ? { packages } : {}),
      ...(remotes.length > 0 ? { remotes } : {}),
    }),
  ) as JsonObject
}

/** The registry a package can really be installed from; `unknown` when the entry names none or the name cannot be right. */
export function installableRegistry({ registry_name: registry, name }: RegistryPackage): string {
  return PACKAGE_NAMES[registry]?.test(name) ? registry : 'unknown'
}

/** Whether the stated arguments start a checkout of the source instead of the published package. */
export function runsFromCheckout({ package_arguments: args }: RegistryPackage): boolean {
  return args.some(({ value }) => /--directory|--project|path\/to|\.(py|js|ts)$|git\+https/i.test(value))
}

function toPackage(source: RegistryPackage): ServerPackage {
  const registry = installableRegistry(source)
  const runtimeHint = runsFromCheckout(source) ? undefined : RUNTIMES[registry]
  const args = source.package_arguments.flatMap(toArgument)
  const environment = source.environment_variables
    .filter(({ name }) => /^[A-Za-z_]\w*$/.test(name))
    .map(toVariable)
  return {
    registry,
    name: source.name,
    version: source.version === '' ? undefined : source.version,
    runtimeHint,
    arguments: args.length > 0 ? args : undefined,
    environment: environment.length > 0 ? environment : undefined,
  }
}

// Named arguments without a dash are example inputs of tools that the crawler took for options.
function toArgument(source: RegistryArgument): ServerArgument[] {
  const value = source.value.trim()
  if (value === '' || (source.type === 'named' && !value.startsWith('-'))) return []
  const description = source.description.trim() === value ? undefined : source.description.trim() || undefined
  const required = source.is_required || undefined
  if (source.type !== 'named') return [{ type: 'positional', value, description, required }]
  const [, name = value, rest = ''] = /^(-[^\s=]+)[\s=]+(.+)$/.exec(value) ?? []
  return [{ type: 'named', name, value: rest === '' ? undefined : rest, description, required }]
}

// The seed keeps example values in "description": words stay a description, values become an example, never for secrets.
function toVariable({ name, description }: { name: string; description: string }): ServerVariable {
  const secret = SECRET.test(name) && !NOT_SECRET.test(name)
  const said = description.trim()
  const words = /^[A-Za-z][^{}<>$=]*\s[^{}<>$=]*$/.test(said) && !/^[A-Z]:\\/.test(said)
  if (words) return { name, description: said, ...(secret ? { secret } : {}) }
  if (secret) return { name, secret }
  return said === '' || isPlaceholder(said) ? { name } : { name, example: said }
}

function isPlaceholder(text: string): boolean {
  return /[<>]|\$\{|^\$|your|xxx|^(host|port|region|database|user|username|database_user)$/i.test(text)
}
