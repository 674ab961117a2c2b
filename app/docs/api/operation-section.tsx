/** One operation of the API page: address, input, answers. */
import { Badge, type BadgeTone } from '#components/ui/badge'
import { CodeBlock } from '#components/ui/code-block'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { OpenapiOperation, OpenapiParameter } from '#lib/http/openapi-document'
import Link from 'next/link'
import { Prose } from '../prose.tsx'
import { schemaNotation } from './schema-notation.ts'

const TONES: Record<string, BadgeTone> = { get: 'info', post: 'success', delete: 'danger' }
const PROBLEM_CODE = /`([a-z_]+)`/g

export interface OperationSectionProps {
  method: string
  path: string
  operation: OpenapiOperation
}

export function OperationSection({ method, path, operation }: OperationSectionProps) {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const answers = Object.entries(responses)
  return (
    <section
      id={operationId}
      aria-labelledby={`${operationId}-title`}
      className="scroll-mt-20 border-t border-line py-6"
    >
      <h3 id={`${operationId}-title`} className="font-display text-lg font-semibold">
        {summary}
      </h3>
      <p className="mt-1 flex flex-wrap items-center gap-2">
        <Badge tone={TONES[method] ?? 'warning'}>{method.toUpperCase()}</Badge>
        <code className="text-sm [overflow-wrap:anywhere]">{path}</code>
      </p>
      {description ? (
        <p className="mt-2 max-w-prose text-muted">
          <Prose text={description} />
        </p>
      ) : null}
      <div className="mt-4 space-y-4">
        {parameters.length > 0 ? (
          <Parameters label={`Parameters of ${summary}`} parameters={parameters} />
        ) : null}
        {Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => (
          <CodeBlock key={type} label={`Body: ${type}`} code={schemaNotation(schema)} />
        ))}
        {answers.flatMap(([status, { content = {} }]) =>
          Object.entries(content)
            .filter(([type]) => type !== 'application/problem+json')
            .map(([type, { schema }]) => (
              <CodeBlock
                key={`${status} ${type}`}
                label={`${status}: ${type}`}
                code={schemaNotation(schema)}
              />
            )),
        )}
        <Answers answers={answers.map(([status, answer]) => ({ status, description: answer.description }))} />
      </div>
    </section>
  )
}

function Parameters({ label, parameters }: { label: string; parameters: OpenapiParameter[] }) {
  return (
    <Table label={label}>
      <TableHead>
        <TableRow>
          <TableHeader>Parameter</TableHeader>
          <TableHeader>In</TableHeader>
          <TableHeader>Type</TableHeader>
          <TableHeader>Meaning</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {parameters.map(({ name, in: place, required, schema, description }) => (
          <TableRow key={name}>
            <TableCell>
              <code>{name}</code>
              {required && place !== 'path' ? <span className="text-muted"> (required)</span> : null}
            </TableCell>
            <TableCell>{place}</TableCell>
            <TableCell>
              <code className="text-xs">{schemaNotation(schema)}</code>
            </TableCell>
            <TableCell>{description ? <Prose text={description} /> : null}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Answers({ answers }: { answers: { status: string; description: string }[] }) {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
      {answers.map(({ status, description }) => {
        const codes = [...description.matchAll(PROBLEM_CODE)].flatMap(([, code]) => code ?? [])
        return (
          <li key={status} className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium text-ink tabular">{status}</span>
            {codes.length === 0
              ? description
              : codes.map((code) => (
                  <Link
                    key={code}
                    href={`/docs/problems#${code.replaceAll('_', '-')}`}
                    className="font-mono text-xs underline"
                  >
                    {code}
                  </Link>
                ))}
          </li>
        )
      })}
    </ul>
  )
}
