/** How to write a manifest with the help of an editor: the JSON Schema of each kind and how to name it in the file. */
import { PageHeader } from '#components/shell/page-header'
import { CodeBlock } from '#components/ui/code-block'
import { KIND_NAMES } from '#lib/kernel/kind-names'
import { YAML_MAX_BYTES } from '#lib/kernel/manifest-yaml'
import { specSchemas } from '#lib/kernel/manifest-spec'
import type { Metadata } from 'next'
import Link from 'next/link'
import { Prose } from '../prose.tsx'

export const metadata: Metadata = {
  title: 'Manifests',
  description:
    'What a Souk manifest may hold, and the JSON Schema with which an editor completes and checks it.',
}

const EXAMPLE = `# yaml-language-server: $schema=https://souk.example/schemas/prompt.json
id: featured/base            # namespace/name
version: 1.0.0               # semantic version 2.0
kind: prompt
metadata:
  name: Base Package
  description: One line that search shows.
  license: MIT
  tags: [language:en, task:image]
dependencies:
  featured/core: ^1.0.0
spec:
  template: Describe {{subject}} in one sentence.
  variables:
    - name: subject
`

const RULES = [
  `At most ${YAML_MAX_BYTES / 1024} KiB of UTF-8 without a byte order mark, nested at most 32 levels deep.`,
  'Plain YAML 1.2: no anchors (`&`), aliases (`*`), merge keys (`<<`), tags (`!`), directives or second documents.',
  'A key stands once. Unknown keys outside `spec` are refused; in `spec` they are kept, unless they look like a slip.',
  'Every fault is answered with its path, line and column, all of them at once.',
]

export default function ManifestPage() {
  return (
    <>
      <PageHeader
        title="Manifests"
        description="A package is described by one YAML document. Editors with a YAML language server complete and check it as you type, with the same rules that publishing applies."
        crumbs={[{ label: 'Home', href: '/' }, { label: 'API', href: '/docs/api' }, { label: 'Manifests' }]}
      />
      <div className="grid max-w-prose gap-8 pb-16">
        <section aria-labelledby="schemas" className="grid gap-3">
          <h2 id="schemas" className="font-display text-xl">
            A schema for each kind
          </h2>
          <p>
            Name the schema in the first line, as below, with the address of this site. The language server of
            VS Code, Neovim, Zed and JetBrains reads it.
          </p>
          <ul className="grid gap-2">
            {KIND_NAMES.map((kind) => (
              <li key={kind} className="border-b border-line pb-2">
                <Link href={`/schemas/${kind}.json`} prefetch={false} className="font-mono text-sm underline">
                  /schemas/{kind}.json
                </Link>
                <p className="text-sm text-muted">
                  <code>spec</code>: {Object.keys(specSchemas[kind].shape).join(', ')}
                </p>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="example" className="grid gap-3">
          <h2 id="example" className="font-display text-xl">
            An example
          </h2>
          <CodeBlock code={EXAMPLE} label="Example manifest" />
        </section>
        <section aria-labelledby="rules" className="grid gap-3">
          <h2 id="rules" className="font-display text-xl">
            What is read
          </h2>
          <ul className="grid list-disc gap-2 pl-5">
            {RULES.map((rule) => (
              <li key={rule}>
                <Prose text={rule} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}
