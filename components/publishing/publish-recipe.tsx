/** How to publish the next version without a browser. */
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { CodeBlock } from '#components/ui/code-block'
import Link from 'next/link'
import { publishCommand } from './download-command.ts'

export function PublishRecipe({ origin, name }: { origin: string; name: string }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>From the command line</CardTitle>
      </CardHeader>
      <CardBody>
        <p className="mb-3 text-sm text-muted">
          With an{' '}
          <Link
            href="/settings/tokens"
            className="text-brand-ink underline decoration-1 underline-offset-4 hover:decoration-2"
          >
            API token
          </Link>{' '}
          that may publish updates, in <code className="font-mono text-xs">SOUK_TOKEN</code>. The answer is
          201, or a problem that names line and column.
        </p>
        <CodeBlock
          label="publish command"
          title="Publish a version"
          code={publishCommand(origin, `${name}.yaml`)}
        />
      </CardBody>
    </Card>
  )
}
