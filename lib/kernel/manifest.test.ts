import process from 'node:process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manifestSchema } from './manifest-schema.ts'
import type { Manifest } from './manifest-schema.ts'
import { parseManifest, stringifyManifest } from './manifest.ts'
import { manifests } from '../../scripts/testing/manifests.ts'

const base = `id: featured/base            # namespace/name
version: 1.0.0
kind: prompt
metadata:
  name: Base Package         # display name
  description: One line that search shows.
  license: MIT
  homepage: https://example.org
  repository: https://git.example.org/featured/base
  tags: [language:en, task:image]
  capabilities: [image.prompt]
dependencies:
  featured/core: ^1.0.0      # semver ranges
spec: {}                     # free per kind; validated per kind where we know it
`

function issuesOf(text: string | Uint8Array) {
  const result = parseManifest(text)
  return result.ok ? [] : result.issues
}

function manifestOf(text: string): Manifest {
  const result = parseManifest(text)
  if (!result.ok) throw new Error(JSON.stringify(result.issues))
  return result.manifest
}

describe('parseManifest', () => {
  it('reads the manifest of the product description', () => {
    expect(manifestOf(base)).toEqual({
      id: 'featured/base',
      version: '1.0.0',
      kind: 'prompt',
      metadata: {
        name: 'Base Package',
        description: 'One line that search shows.',
        license: 'MIT',
        homepage: 'https://example.org',
        repository: 'https://git.example.org/featured/base',
        tags: ['language:en', 'task:image'],
        capabilities: ['image.prompt'],
      },
      dependencies: { 'featured/core': '^1.0.0' },
      spec: {},
    })
  })

  it('fills in what may be left out', () => {
    const text = 'id: a/b\nversion: 0.0.1-seed\nkind: app\nmetadata: { name: B, description: D }\n'
    expect(manifestOf(text)).toMatchObject({
      metadata: { tags: [], capabilities: [] },
      dependencies: {},
      spec: {},
    })
  })

  it('reads bytes and CRLF line ends like text', () => {
    expect(manifestOf(base)).toEqual(manifestOf(base.replaceAll('\n', '\r\n')))
    expect(parseManifest(new TextEncoder().encode(base))).toEqual(parseManifest(base))
  })

  it('treats YAML 1.1 spellings as the plain strings they are in 1.2', () => {
    const spec = manifestOf(base.replace('spec: {}', 'spec: { a: yes, b: 012, c: 1:30, d: 2024-01-01 }')).spec
    expect(spec).toEqual({ a: 'yes', b: 12, c: '1:30', d: '2024-01-01' })
  })
})

describe('every refusal names the path, the line and the column', () => {
  it.each([
    ['an unknown top-level key', base + 'extra: 1\n', 'extra', 15, 1],
    ['an unknown metadata key', base.replace('  license', '  licence'), 'metadata.licence', 7, 3],
    ['a missing key', base.replace('version: 1.0.0\n', ''), 'version', 1, 1],
    ['a missing metadata key', base.replace(/ {2}name.*\n/, ''), 'metadata.name', 5, 3],
    ['a bad handle', base.replace('featured/base ', 'Featured/base '), 'id', 1, 5],
    ['a version that YAML reads as a number', base.replace('1.0.0\n', '1.0\n'), 'version', 2, 10],
    ['a version that is not semver', base.replace('version: 1.0.0', 'version: v1.0.0'), 'version', 2, 10],
    ['an unknown kind', base.replace('kind: prompt', 'kind: plugin'), 'kind', 3, 7],
    ['a bad tag', base.replace('task:image', 'Task'), 'metadata.tags[1]', 10, 23],
    ['a tag twice', base.replace('task:image', 'language:en'), 'metadata.tags[1]', 10, 23],
    ['a bad capability', base.replace('image.prompt', 'Image'), 'metadata.capabilities[0]', 11, 18],
    [
      'a script as homepage',
      base.replace('https://example.org', 'javascript:alert(1)'),
      'metadata.homepage',
      8,
      13,
    ],
    [
      'a password in an address',
      base.replace('https://git.', 'https://me:pw@git.'),
      'metadata.repository',
      9,
      15,
    ],
    ['a bad dependency', base.replace('^1.0.0', 'newest'), 'dependencies["featured/core"]', 13, 18],
    ['a bad dependency name', base.replace('featured/core', 'core'), 'dependencies.core', 13, 3],
    [
      'itself as dependency',
      base.replace('featured/core', 'featured/base'),
      'dependencies["featured/base"]',
      13,
      3,
    ],
    [
      'two lines of description',
      base.replace('One line', '"One\\nline').replace('shows.', 'shows."'),
      'metadata.description',
      6,
      16,
    ],
    ['a direction override', base.replace('Base Package', '"Base \\u202egnp"'), 'metadata.name', 5, 9],
    ['a list for a mapping', base.replace('spec: {}', 'spec: []'), 'spec', 14, 7],
    ['nothing for a mapping', base.replace('spec: {}', 'spec:'), 'spec', 14, 1],
    ['a slip in spec', base.replace('spec: {}', 'spec:\n  Template: x'), 'spec.Template', 15, 3],
    [
      'a wrong shape in spec',
      base.replace('spec: {}', 'spec:\n  variables:\n    - { name: 1 }'),
      'spec.variables[0].name',
      16,
      15,
    ],
  ])('%s', (_, text, path, line, column) => {
    expect(issuesOf(text)).toEqual([{ path, line, column, message: expect.stringMatching(/\S/) as string }])
  })

  it('reports every fault at once', () => {
    const text =
      base.replace('1.0.0\n', 'one\n').replace('prompt', 'prompts').replace('language:en', 'EN') + 'x: 1\n'
    expect(
      issuesOf(text)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['kind', 'metadata.tags[0]', 'version', 'x'])
  })

  it('says what was given and what was expected', () => {
    expect(issuesOf(base.replace('1.0.0\n', '1.0\n'))[0]?.message).toBe('Must be a string, not a number')
    expect(issuesOf(base.replace(/ {2}name.*\n/, ''))[0]?.message).toBe('Required')
  })
})

describe('YAML that is refused before it can do harm', () => {
  const spec = (lines: string) => base.replace('spec: {}', `spec:\n${lines}`)

  it.each([
    ['an alias', spec('  a: &x 1\n  b: *x'), /Anchors|Aliases/],
    ['an anchor alone', spec('  a: &x 1'), /Anchors/],
    ['a merge key', spec('  <<: { a: 1 }'), /"<<" is not allowed/],
    ['a custom tag', spec('  a: !ruby/object:X {}'), /tags/],
    ['a standard tag', spec('  a: !!str 1'), /tags/],
    ['a tag on a block scalar', spec('  a: !x |\n    text'), /tags/],
    ['a YAML 1.1 directive', `%YAML 1.1\n---\n${base}`, /Directives/],
    ['a tag directive', `%TAG ! tag:example.org,2000:\n---\n${base}`, /Directives/],
    ['a second document', `${base}---\n${base}`, /one document/],
    ['a duplicate key', `${base}kind: app\n`, /"kind" is there twice/],
    ['a duplicate key in other quotes', spec('  a: 1\n  "a": 2'), /"a" is there twice/],
    ['__proto__', spec('  __proto__: { admin: true }'), /"__proto__" is not allowed/],
    ['__proto__ in quotes', spec('  "\\u005f_proto__": 1'), /"__proto__" is not allowed/],
    ['a NUL character', spec('  a: "x\0y"'), /U\+0000/],
    ['an escaped NUL', spec('  a: "x\\0y"'), /U\+0000/],
    ['an escape character', spec('  a: "\u001b[31m"'), /U\+001B/],
    ['half a surrogate pair', spec('  a: "\\ud800"'), /U\+D800/],
    ['a byte order mark', `\ufeff${base}`, /byte order mark/],
    ['infinity', spec('  a: .inf'), /Infinite/],
    ['not a number', spec('  a: .nan'), /Infinite/],
    ['an integer that would change', spec('  a: 12345678901234567890'), /quote it/],
    ['a mapping as key', spec('  ? { a: 1 }\n  : 2'), /keys must be strings/],
    ['an unclosed quote', spec('  a: "x'), /quote/],
    ['a tab as indentation', spec('\ta: 1'), /[Tt]abs/],
    ['nothing at all', '', /./],
    ['only a comment', '# nothing\n', /./],
    ['a bare string', 'hello', /mapping/],
    ['a list', '- 1\n- 2\n', /mapping/],
  ])('%s', (_, text, message) => {
    const issues = issuesOf(text)
    expect(issues.length).toBeGreaterThan(0)
    expect(issues.map((issue) => issue.message).join('\n')).toMatch(message)
    for (const { line, column } of issues) {
      expect(line).toBeGreaterThan(0)
      expect(column).toBeGreaterThan(0)
    }
  })

  it('points at the place', () => {
    expect(issuesOf(`${base}kind: app\n`)).toMatchObject([{ path: 'kind', line: 15, column: 1 }])
    expect(issuesOf(spec('  a:\n    - !x y'))).toMatchObject([{ line: 16, column: 7 }])
  })

  it('more than 64 KiB, counted in bytes', () => {
    const filled = (character: string, count: number) => `${base}#${character.repeat(count)}`
    const room = 64 * 1024 - base.length - 1
    expect(issuesOf(filled('x', room))).toEqual([])
    expect(issuesOf(filled('x', room + 1))[0]?.message).toMatch(/64 KiB/)
    expect(issuesOf(filled('é', room))[0]?.message).toMatch(/64 KiB/)
    expect(issuesOf(new Uint8Array(2_000_000))[0]?.message).toMatch(/64 KiB/)
  })

  it('bytes that are not UTF-8', () => {
    expect(issuesOf(new Uint8Array([0x69, 0x64, 0xff]))[0]?.message).toMatch(/UTF-8/)
  })

  it('nesting below 32 levels', () => {
    const nested = (levels: number) => spec(`  a: ${'['.repeat(levels)}1${']'.repeat(levels)}`)
    expect(issuesOf(nested(30))).toEqual([])
    expect(issuesOf(nested(31))[0]?.message).toMatch(/32 levels/)
  })

  it.each([
    [
      'billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
    ],
    ['a merge bomb', `a: &a {x: 1}\n${'b: {<<: [*a,*a,*a,*a]}\n'.repeat(2_500)}`],
    ['open brackets', '['.repeat(65_000)],
    ['open braces', 'a: ' + '{'.repeat(65_000)],
    ['nested question marks', '? '.repeat(32_000)],
    ['nested dashes', '- '.repeat(32_000)],
    ['mixed brackets', '[{'.repeat(32_000)],
    ['thousands of keys', Array.from({ length: 6_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['thousands of flow keys', `{${Array.from({ length: 9_000 }, (_, index) => `k${index}`).join(',')}}`],
    ['thousands of duplicate keys', 'a:\n'.repeat(20_000)],
    ['thousands of commas', `[${','.repeat(60_000)}]`],
    ['thousands of errors', 'a: }\n'.repeat(13_000)],
    ['thousands of anchors', '&a '.repeat(20_000)],
    ['thousands of documents', '---\n'.repeat(16_000)],
    ['thousands of directives', '%a\n'.repeat(20_000)],
    ['thousands of spec values', spec(`  a: [${'{b: 1},'.repeat(8_000)}]`)],
  ])('%s, in bounded time', (_, text) => {
    // Processor time, so that a busy machine does not fail the test.
    const started = process.cpuUsage()
    const issues = issuesOf(text)
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(1_500)
    expect(issues.length).toBeLessThanOrEqual(50)
    if (!text.startsWith('id:')) expect(issues.length).toBeGreaterThan(0)
  })

  it('never throws, whatever the text', () => {
    const snippet = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '!t',
      '|',
      '>',
      '"',
      "'",
      '#',
      '%',
      '? ',
      ',',
      '---\n',
      '<<',
      '1',
      '\t',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(snippet).map((parts) => parts.join('')),
        ),
        (text) => {
          for (const input of [text, base + text]) {
            for (const { line, column } of issuesOf(input))
              expect([line, column].every((n) => (n ?? 0) > 0)).toBe(true)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('stringifyManifest', () => {
  it('writes what parses back to an equal manifest, with equal bytes again', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const text = stringifyManifest(manifest)
        fc.pre(text.length < 60_000)
        const parsed = manifestOf(text)
        expect(parsed).toEqual(manifest)
        expect(stringifyManifest(parsed)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with the schema for plain data', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(manifestSchema.parse(manifest)).toEqual(manifest)
      }),
    )
    const selfish = { ...manifestOf(base), dependencies: { 'featured/base': '*' } }
    expect(manifestSchema.safeParse(selfish).success).toBe(false)
    expect(manifestSchema.safeParse({ ...manifestOf(base), spec: { Template: 'x' } }).success).toBe(false)
  })
})

describe('warnings', () => {
  const warningsOf = (text: string) => {
    const result = parseManifest(text)
    return result.ok ? result.warnings.map(({ message }) => message).join('\n') : 'refused'
  }

  it('tell an author what is legal but useless, with its line', () => {
    expect(warningsOf(base)).toMatch(/without a template/)
    expect(warningsOf(base.replace(/kind: prompt/, 'kind: agent'))).toMatch(/without instructions/)
    expect(warningsOf(base.replace(/kind: prompt/, 'kind: app'))).toMatch(/repository or an image/)
    expect(warningsOf(base.replace(/kind: prompt/, 'kind: mcp-server'))).toMatch(/packages or remotes/)
    const text = base.replace('spec: {}', 'spec:\n  template: Hello {{who}}\n  variables:\n    - name: whom')
    expect(warningsOf(text)).toMatch(/uses "who"[\s\S]*"whom" is never used/)
    const result = parseManifest(text)
    expect(result.ok && result.warnings.find(({ path }) => path === 'spec.variables[0]')?.line).toBe(17)
  })

  it('are absent from a complete manifest', () => {
    const complete = base
      .replace('spec: {}', 'spec:\n  template: Hello {{ who }}\n  variables: [{ name: who }]')
      .replace('  license', '  readme: "# Base"\n  license')
    expect(warningsOf(complete)).toBe('')
  })
})
