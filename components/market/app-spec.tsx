/** How to build and run an app on one's own machine. */
import { Alert } from '#components/ui/alert'
import { CodeBlock } from '#components/ui/code-block'
import { appInstall } from '#lib/catalog/app-install'
import type { AppSpec as Spec } from '#lib/kernel/manifest-spec'
import { Section } from './section.tsx'
import { SettingsTable } from './settings-table.tsx'

export function AppSpec({ spec, name, version }: { spec: Spec; name: string; version: string }) {
  const { steps, address, settings } = appInstall(spec, name, version)
  return (
    <Section id="run" title="Run it yourself">
      <div className="grid gap-4">
        {steps.length === 0 ? (
          <Alert tone="info">
            The manifest names neither a repository nor an image that can be run as it is.
          </Alert>
        ) : null}
        {steps.map(({ label, code }) => (
          <CodeBlock key={label} code={code} label={label.toLowerCase()} title={label} wrap />
        ))}
        {steps.length > 0 && address ? (
          <p className="text-sm text-muted">
            Then open <code className="font-mono text-xs text-ink">{address}</code>.
          </p>
        ) : null}
        <SettingsTable label="Environment" noun="Variable" rows={settings} />
      </div>
    </Section>
  )
}
