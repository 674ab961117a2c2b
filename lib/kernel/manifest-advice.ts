/**
 * Owns what is legal in a manifest but of no use to anyone: shown to an author before publishing, never a refusal.
 */
import type { Manifest } from './manifest-schema.ts'
import { specSchemas } from './manifest-spec.ts'
import type { Finding } from './zod-issue.ts'

/** Expects a manifest that passed `manifestSchema`. */
export function adviseManifest(manifest: Manifest): Finding[] {
  const advice = [...adviseSpec(manifest)]
  if (!manifest.metadata.license)
    advice.push(missing(['metadata'], 'State a license, so that people know what they may do.'))
  if (!manifest.metadata.readme)
    advice.push(missing(['metadata'], 'Add a readme: it becomes the body of the package page.'))
  return advice
}

function adviseSpec({ kind, spec }: Manifest): Finding[] {
  switch (kind) {
    case 'prompt':
      return advisePrompt(specSchemas.prompt.parse(spec))
    case 'agent':
      return specSchemas.agent.parse(spec).instructions
        ? []
        : [missing(['spec'], 'An agent without instructions does nothing.')]
    case 'app': {
      const { repository, image } = specSchemas.app.parse(spec)
      return repository || image ? [] : [missing(['spec'], 'An app needs a repository or an image to run.')]
    }
    case 'mcp-server': {
      const { packages, remotes } = specSchemas['mcp-server'].parse(spec)
      return packages?.length || remotes?.length
        ? []
        : [missing(['spec'], 'An MCP server needs packages or remotes.')]
    }
  }
}

function advisePrompt({
  template,
  system,
  variables = [],
}: ReturnType<typeof specSchemas.prompt.parse>): Finding[] {
  if (!template && !system) return [missing(['spec'], 'A prompt without a template has nothing to send.')]
  const used = new Set(
    [...`${template ?? ''} ${system ?? ''}`.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, name]) => name),
  )
  const declared = new Set(variables.map(({ name }) => name))
  const undeclared = [...used].filter((name) => name !== undefined && !declared.has(name))
  return [
    ...undeclared.map((name) =>
      missing(['spec', 'variables'], `The template uses "${name}", which is not declared.`),
    ),
    ...variables.flatMap(({ name }, index) =>
      used.has(name) ? [] : [missing(['spec', 'variables', index], `The variable "${name}" is never used.`)],
    ),
  ]
}

function missing(path: PropertyKey[], message: string): Finding {
  return { path, message, part: 'value' }
}
