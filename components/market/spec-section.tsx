/** What a version's manifest says about using it, in the way of its kind. */
import type { Manifest } from '#lib/kernel/manifest'
import { specSchemas } from '#lib/kernel/manifest-spec'
import { AgentSpec } from './agent-spec.tsx'
import { AppSpec } from './app-spec.tsx'
import { PromptSpec } from './prompt-spec.tsx'
import { ServerSpec } from './server-spec.tsx'

export function SpecSection({ manifest }: { manifest: Manifest }) {
  const { kind, spec, id, version } = manifest
  const name = id.slice(id.indexOf('/') + 1)
  switch (kind) {
    case 'mcp-server':
      return <ServerSpec spec={specSchemas['mcp-server'].parse(spec)} name={name} />
    case 'prompt':
      return <PromptSpec spec={specSchemas.prompt.parse(spec)} />
    case 'agent':
      return <AgentSpec spec={specSchemas.agent.parse(spec)} />
    case 'app':
      return <AppSpec spec={specSchemas.app.parse(spec)} name={name} version={version} />
  }
}
