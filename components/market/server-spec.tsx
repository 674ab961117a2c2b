/** How to connect an MCP server: for each way its manifest states, what a client's settings and a terminal take. */
import { Alert } from '#components/ui/alert'
import { Badge } from '#components/ui/badge'
import { CodeBlock } from '#components/ui/code-block'
import { ChevronRightIcon } from '#components/ui/icons'
import { type ServerInstall, serverInstalls } from '#lib/catalog/mcp-install'
import type { McpServerSpec } from '#lib/kernel/manifest-spec'
import { Section } from './section.tsx'
import { SettingsTable } from './settings-table.tsx'

export function ServerSpec({ spec, name }: { spec: McpServerSpec; name: string }) {
  const installs = serverInstalls(spec, name)
  const { tools = [] } = spec
  return (
    <>
      {installs.length > 0 ? (
        <Section id="connect" title="Connect">
          {installs.length === 1 ? (
            installs.map((install) => <Install key={install.target} install={install} isOnly />)
          ) : (
            <div className="divide-y divide-line rounded-lg border border-line">
              {installs.map((install, index) => (
                <Way key={`${install.source} ${install.target}`} install={install} isOpen={index === 0} />
              ))}
            </div>
          )}
        </Section>
      ) : null}
      {tools.length > 0 ? (
        <Section
          id="tools"
          title="Tools"
          aside={<span className="text-sm text-faint tabular">{tools.length}</span>}
        >
          <dl className="divide-y divide-line rounded-lg border border-line bg-surface">
            {tools.map((tool, index) => (
              <div
                key={`${index} ${tool.name}`}
                className="gap-4 px-3.5 py-2 sm:grid sm:grid-cols-[14rem_1fr]"
              >
                <dt className="font-mono text-xs leading-5.5 break-all">{tool.name}</dt>
                <dd className="text-sm text-muted">{tool.description ?? '–'}</dd>
              </div>
            ))}
          </dl>
        </Section>
      ) : null}
    </>
  )
}

/** One of several ways, of which a reader needs one. */
function Way({ install, isOpen }: { install: ServerInstall; isOpen: boolean }) {
  return (
    <details open={isOpen} className="group">
      <summary className="flex min-h-11 list-none items-center gap-2 px-3.5 py-2 hover:bg-hover/60">
        <ChevronRightIcon className="text-faint transition-transform group-open:rotate-90" />
        <Target install={install} />
      </summary>
      <div className="px-3.5 pt-1 pb-4">
        <Install install={install} isOnly={false} />
      </div>
    </details>
  )
}

function Target({ install: { source, target } }: { install: ServerInstall }) {
  return (
    <>
      <Badge>{source}</Badge>
      <span className="min-w-0 font-mono text-xs font-medium break-all">{target}</span>
    </>
  )
}

function Install({ install, isOnly }: { install: ServerInstall; isOnly: boolean }) {
  const { source, target, command, clientConfig, settings, unplacedArguments } = install
  return (
    <div className="grid min-w-0 gap-3">
      {isOnly ? (
        <p className="flex flex-wrap items-center gap-2">
          <Target install={install} />
        </p>
      ) : null}
      {clientConfig ? (
        <CodeBlock
          code={clientConfig}
          label={isOnly ? 'client configuration' : `client configuration for ${source}`}
          title="Client configuration (mcpServers)"
        />
      ) : (
        <Alert tone="info">
          The manifest does not say how to start this package. Follow the instructions of its repository.
        </Alert>
      )}
      {command ? (
        <CodeBlock
          code={command}
          label={isOnly ? 'command' : `command for ${source}`}
          title="Terminal"
          wrap
        />
      ) : null}
      <SettingsTable label={`Environment of ${target}`} noun="Variable" rows={settings} />
      {unplacedArguments.length > 0 ? (
        <div>
          <p className="mb-1 text-xs text-muted">Arguments as the manifest states them:</p>
          <ul className="flex flex-wrap gap-1.5">
            {unplacedArguments.map((word, index) => (
              <li key={`${index} ${word}`}>
                <code className="rounded-xs bg-sunken px-1.5 py-0.5 font-mono text-xs break-all">{word}</code>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  )
}
