/** What property tests draw manifests from. Only for tests. */
import fc from 'fast-check'
import type { Manifest } from '../../lib/kernel/manifest-schema.ts'

const printable = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((text) => !/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff\u202a-\u202e\u2066-\u2069]/u.test(text))
const line = printable
  .map((text) => text.replace(/[\r\n\u2028\u2029]/g, ' ').trim())
  .filter((text) => text !== '')
const name = fc.stringMatching(/^[a-z0-9]{1,8}([-_.][a-z0-9]{1,8}){0,2}$/)
const handle = fc.tuple(name, name).map((parts) => parts.join('/'))
const numbers = fc.nat({ max: 99 })
const versions = fc.tuple(numbers, numbers, numbers).map((parts) => parts.join('.'))
const key = fc.oneof(name, line).filter((text) => !['__proto__', '<<'].includes(text))
const leaf = fc.oneof(
  printable,
  fc.constantFrom(
    'yes',
    'no',
    '012',
    '1e3',
    '0x1f',
    '~',
    'null',
    'true',
    '- a',
    '# b',
    '<<',
    '*a',
    '&a',
    '!t',
    '---',
    '...',
    '{',
    '%x',
    '',
    ' ',
  ),
  fc.boolean(),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    .filter((value) => !Object.is(value, -0)),
  fc.constant(null),
)
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs) as unknown),
  ),
}))
const optional = { requiredKeys: [] }
const identifier = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,9}$/).filter((text) => text !== '__proto__')
const scalar = fc.oneof(printable, fc.integer(), fc.boolean())
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
const named = fc.record({ name: line, description: printable }, { requiredKeys: ['name'] })
const variable = fc.record(
  {
    name: identifier,
    description: printable,
    default: scalar,
    required: fc.boolean(),
    options: some(scalar),
  },
  { requiredKeys: ['name'] },
)
const environment = some(
  fc.record(
    {
      name: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/),
      required: fc.boolean(),
      secret: fc.boolean(),
      default: scalar,
    },
    { requiredKeys: ['name'] },
  ),
)
const promptSpec = fc.record(
  {
    template: printable,
    system: printable,
    variables: some(variable),
    model: name,
    examples: some(
      fc.record({ input: fc.oneof(printable, fc.dictionary(identifier, scalar, { maxKeys: 2 })) }),
    ),
  },
  optional,
)
const agentSpec = fc.record(
  {
    instructions: printable,
    tools: some(fc.oneof(line, named)),
    inputs: some(variable),
    memory: fc.record({ type: fc.constantFrom('none', 'session', 'persistent') }),
    guardrails: some(printable),
    maxSteps: fc.integer({ min: 1, max: 1_000 }),
  },
  optional,
)
const appSpec = fc.record(
  {
    repository: fc.webUrl({ validSchemes: ['https'] }),
    ref: name,
    image: handle,
    dockerfile: handle,
    port: fc.integer({ min: 1, max: 65_535 }),
    healthPath: name.map((text) => `/${text}`),
    command: some(printable),
    environment,
    volumes: some(name.map((text) => `/${text}`)),
    memoryMb: fc.integer({ min: 16, max: 4_096 }),
  },
  optional,
)
const mcpServerSpec = fc.record(
  {
    packages: some(
      fc.record(
        {
          registry: fc.constantFrom('npm', 'pypi', 'docker'),
          name: line,
          version: versions,
          arguments: some(
            fc.oneof(
              printable,
              fc.record({ type: fc.constantFrom('named', 'positional'), value: printable }),
            ),
          ),
          environment,
        },
        { requiredKeys: ['registry', 'name'] },
      ),
    ),
    remotes: some(
      fc.record(
        { transport: fc.constantFrom('sse', 'streamable-http'), url: fc.webUrl({ validSchemes: ['https'] }) },
        { requiredKeys: ['url'] },
      ),
    ),
    tools: some(named),
  },
  optional,
)

/** Any manifest that may be published: every kind, with what its spec may hold and what it leaves free. */
export const manifests = fc
  .record({
    id: handle,
    version: fc
      .tuple(versions, fc.constantFrom('', '-seed', '-rc.1', '+build.7'))
      .map((parts) => parts.join('')),
    kind: fc.constantFrom('agent' as const, 'app' as const, 'prompt' as const, 'mcp-server' as const),
    metadata: fc.record(
      {
        name: line,
        description: line,
        license: fc.constantFrom('MIT', 'Apache-2.0', '(MIT OR GPL-3.0-only)'),
        homepage: fc.webUrl(),
        repository: fc.webUrl({ validSchemes: ['https'] }),
        tags: fc.uniqueArray(
          fc
            .tuple(fc.constantFrom('language', 'topic'), fc.stringMatching(/^[a-z0-9]{1,9}$/))
            .map((parts) => parts.join(':')),
          { maxLength: 5 },
        ),
        capabilities: fc.uniqueArray(fc.constantFrom('image.prompt', 'text', 'web-search'), { maxLength: 3 }),
        readme: printable,
      },
      { requiredKeys: ['name', 'description', 'tags', 'capabilities'] },
    ),
    dependencies: fc.dictionary(
      handle,
      versions.map((text) => `^${text}`),
      { maxKeys: 3 },
    ),
    extras: fc
      .array(
        fc.tuple(
          key.map((text) => `x-${text}`),
          json,
        ),
        { maxLength: 4 },
      )
      .map((pairs) => Object.fromEntries(pairs)),
    specs: fc.record({ prompt: promptSpec, agent: agentSpec, app: appSpec, 'mcp-server': mcpServerSpec }),
  })
  .map(({ extras, specs, ...said }) => ({ ...said, spec: { ...specs[said.kind], ...extras } }))
  .filter(({ id, dependencies }) => !Object.hasOwn(dependencies, id)) as fc.Arbitrary<Manifest>
