/** What an agent is told, may use, and must not do. */
import { CodeBlock } from '#components/ui/code-block'
import type { AgentSpec as Spec } from '#lib/kernel/manifest-spec'
import Link from 'next/link'
import { packageHref } from '../catalog/search-href.ts'
import { ModelNote, variableRow } from './prompt-spec.tsx'
import { Section, Subheading } from './section.tsx'
import { SettingsTable } from './settings-table.tsx'

const HANDLE = /^[a-z0-9._-]+\/[a-z0-9._-]+$/

export function AgentSpec({ spec }: { spec: Spec }) {
  const { instructions, model, tools = [], inputs = [], outputs = [], guardrails = [], starters = [] } = spec
  return (
    <>
      {instructions ? (
        <Section id="instructions" title="Instructions" aside={model ? <ModelNote model={model} /> : null}>
          <CodeBlock code={instructions} label="instructions" title="Instructions" wrap />
        </Section>
      ) : null}
      {starters.length > 0 ? (
        <Section id="starters" title="Begin with">
          <ul className="grid gap-2 sm:grid-cols-2">
            {starters.map((starter) => (
              <li key={starter} className="rounded-md border border-line bg-surface px-3.5 py-2.5 text-sm">
                “{starter}”
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {tools.length > 0 || inputs.length > 0 || outputs.length > 0 || guardrails.length > 0 ? (
        <Section id="works-with" title="How it works">
          <div className="grid gap-5">
            <Tools tools={tools} />
            {inputs.length > 0 ? (
              <div>
                <Subheading>Inputs</Subheading>
                <SettingsTable label="Inputs" noun="Input" rows={inputs.map(variableRow)} />
              </div>
            ) : null}
            {outputs.length > 0 ? (
              <div>
                <Subheading>Outputs</Subheading>
                <SettingsTable label="Outputs" noun="Output" rows={outputs.map(variableRow)} />
              </div>
            ) : null}
            {guardrails.length > 0 ? (
              <div>
                <Subheading>Guardrails</Subheading>
                <ul className="list-disc space-y-1 pl-5 text-sm marker:text-faint">
                  {guardrails.map((rule) => (
                    <li key={rule}>{rule}</li>
                  ))}
                </ul>
              </div>
            ) : null}
            <Limits spec={spec} />
          </div>
        </Section>
      ) : null}
    </>
  )
}

function Tools({ tools }: { tools: NonNullable<Spec['tools']> }) {
  if (tools.length === 0) return null
  return (
    <div>
      <Subheading>Tools</Subheading>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
        {tools.map((tool, index) => {
          const { name, description, package: handle } = typeof tool === 'string' ? { name: tool } : tool
          return (
            <li
              key={`${index} ${name}`}
              className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3.5 py-2"
            >
              <code className="font-mono text-xs break-all">{name}</code>
              {description ? <span className="text-muted">{description}</span> : null}
              {handle && HANDLE.test(handle) ? (
                <Link
                  href={packageHref(handle)}
                  prefetch={false}
                  className="ml-auto inline-flex min-h-6 items-center text-brand-ink hover:underline"
                >
                  {handle}
                </Link>
              ) : null}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Limits({ spec: { memory, maxSteps } }: { spec: Spec }) {
  const facts = [
    memory ? `Memory: ${memory.type}${memory.description ? ` (${memory.description})` : ''}.` : null,
    maxSteps ? `At most ${maxSteps} steps.` : null,
  ].filter(Boolean)
  return facts.length > 0 ? <p className="text-sm text-muted">{facts.join(' ')}</p> : null
}
