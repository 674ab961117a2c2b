/** A prompt as it is sent: its text, what to fill in, and what came of it before. */
import { CodeBlock } from '#components/ui/code-block'
import { settingRow } from '#lib/catalog/mcp-install'
import type { PromptSpec as Spec } from '#lib/kernel/manifest-spec'
import { Section, Subheading } from './section.tsx'
import { SettingsTable } from './settings-table.tsx'

export function PromptSpec({ spec }: { spec: Spec }) {
  const { template, system, variables = [], model, examples = [] } = spec
  return (
    <>
      {template || system ? (
        <Section id="prompt" title="The prompt" aside={model ? <ModelNote model={model} /> : null}>
          <div className="grid gap-4">
            {system ? <CodeBlock code={system} label="system message" title="System message" wrap /> : null}
            {template ? <CodeBlock code={template} label="template" title="Template" wrap /> : null}
            <SettingsTable label="Variables" noun="Variable" rows={variables.map(variableRow)} />
          </div>
        </Section>
      ) : null}
      {examples.length > 0 ? (
        <Section id="examples" title="Examples">
          <div className="grid gap-5">
            {examples.map(({ input, output }, index) => (
              <div key={index} className="grid min-w-0 gap-2">
                <Subheading className="mb-0">Example {index + 1}</Subheading>
                <CodeBlock
                  code={inputText(input)}
                  label={`input of example ${index + 1}`}
                  title="Input"
                  wrap
                />
                {output ? (
                  <CodeBlock code={output} label={`output of example ${index + 1}`} title="Output" wrap />
                ) : null}
              </div>
            ))}
          </div>
        </Section>
      ) : null}
    </>
  )
}

export function ModelNote({ model }: { model: string }) {
  return (
    <span className="text-sm text-muted">
      Model: <span className="font-medium text-ink">{model}</span>
    </span>
  )
}

export function variableRow(variable: NonNullable<Spec['variables']>[number]) {
  const row = settingRow(variable)
  const options = variable.options?.map(String).join(', ')
  const meaning = row.description?.replace(/([^.!?])$/, options ? '$1.' : '$1')
  const description = [meaning, options ? `One of: ${options}.` : null].filter(Boolean).join(' ')
  return { ...row, description: description || null }
}

function inputText(input: string | Record<string, string | number | boolean>): string {
  if (typeof input === 'string') return input
  return Object.entries(input)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n')
}
