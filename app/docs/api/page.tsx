/** The API for people: the OpenAPI document as a page, rendered once by the build. */
import { PageHeader } from '#components/shell/page-header'
import { buttonClass } from '#components/ui/button'
import { CodeBlock } from '#components/ui/code-block'
import type { Metadata } from 'next'
import Link from 'next/link'
import { openapi } from '../../api/openapi.ts'
import { OperationSection } from './operation-section.tsx'
import { schemaNotation } from './schema-notation.ts'

export const metadata: Metadata = {
  title: 'API reference',
  description: 'Every address of the Souk HTTP API: what it takes, what it answers, what can go wrong.',
}

const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)
const groups = openapi.tags.map(({ name }) => ({
  name,
  id: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
  operations: operations.filter(({ operation }) => operation.tags.includes(name)),
}))

export default function ApiPage() {
  return (
    <>
      <PageHeader
        title="API reference"
        description="Success is the bare resource; lists are {items, meta}; failures are RFC 9457 problems."
        crumbs={[{ label: 'Home', href: '/' }, { label: 'API' }]}
        actions={
          <>
            <Link href="/docs/manifest" className={buttonClass({ variant: 'secondary' })}>
              Manifests
            </Link>
            <Link href="/docs/problems" className={buttonClass({ variant: 'secondary' })}>
              Problem codes
            </Link>
            <a href="/api/openapi.json" className={buttonClass({ variant: 'secondary' })}>
              OpenAPI 3.1
            </a>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[14rem_minmax(0,1fr)]">
        <nav
          aria-label="Operations"
          className="max-h-[calc(100dvh-6rem)] overflow-y-auto max-lg:hidden lg:sticky lg:top-20"
        >
          {groups.map(({ name, id, operations: members }) => (
            <div key={id} className="mb-4">
              <a href={`#${id}`} className="text-sm font-semibold hover:underline">
                {name}
              </a>
              <ul className="mt-1">
                {members.map(({ operation }) => (
                  <li key={operation.operationId}>
                    <a
                      href={`#${operation.operationId}`}
                      className="inline-flex min-h-6 items-center text-sm text-muted hover:text-ink hover:underline"
                    >
                      {operation.summary}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div>
          <Authentication />
          {groups.map(({ name, id, operations: members }) => (
            <section key={id} aria-labelledby={id} className="mt-10">
              <h2 id={id} className="scroll-mt-20 pb-3 font-display text-2xl font-semibold">
                {name}
              </h2>
              {members.map((each) => (
                <OperationSection key={each.operation.operationId} {...each} />
              ))}
            </section>
          ))}
          <Shapes />
        </div>
      </div>
    </>
  )
}

function Authentication() {
  return (
    <section aria-labelledby="authentication" className="max-w-prose space-y-3">
      <h2 id="authentication" className="scroll-mt-20 font-display text-2xl font-semibold">
        Who you are
      </h2>
      <p>
        Most reading needs no account. Otherwise send <code>Authorization: Bearer</code> with an API token
        from your settings, or with a Supabase access token. A token that is not good is refused, never
        ignored. Browsers are known by their session; what they write must come from this site’s own pages.
      </p>
      <CodeBlock
        label="Example: publish a version"
        code={`curl --fail-with-body -H "Authorization: Bearer $SOUK_TOKEN" \\
  -H "Content-Type: application/yaml" --data-binary @souk.yaml \\
  /api/v1/packages`}
      />
      <p>
        Name what you mean to change once: with an <code>Idempotency-Key</code> of your own, a request that
        arrives again within 24 hours is not done again but answered as it was the first time, marked{' '}
        <code>idempotency-replayed</code>. What was refused or failed is tried anew. While the first one runs,
        the second is told to wait; another request under the same key is refused. Uploads of files ignore it:
        sent again, a file replaces itself.
      </p>
      <p>
        Every answer carries <code>x-request-id</code>; send your own to find it in both logs. Public answers
        carry a strong <code>ETag</code>.
      </p>
    </section>
  )
}

function Shapes() {
  return (
    <section aria-labelledby="shapes" className="mt-12">
      <h2 id="shapes" className="scroll-mt-20 font-display text-2xl font-semibold">
        Shapes
      </h2>
      <div className="mt-4 space-y-4">
        {Object.entries(openapi.components.schemas).map(([name, schema]) => (
          <CodeBlock key={name} label={name} code={schemaNotation(schema)} />
        ))}
      </div>
    </section>
  )
}
