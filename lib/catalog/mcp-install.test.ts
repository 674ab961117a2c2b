import { describe, expect, it } from 'vitest'
import { type McpServerSpec, mcpServerSpecSchema } from '#lib/kernel/manifest-spec'
import { serverInstalls, settingRow } from './mcp-install.ts'

type ServerPackage = NonNullable<McpServerSpec['packages']>[number]

function installOf(item: ServerPackage) {
  const [install] = serverInstalls(mcpServerSpecSchema.parse({ packages: [item] }), 'demo')
  if (!install) throw new Error('one package, one install')
  return install
}

describe('serverInstalls', () => {
  it.each([
    [{ registry: 'npm', name: '@scope/server', version: '1.2.3' }, 'npx -y @scope/server@1.2.3'],
    [{ registry: 'npm', name: 'server' }, 'npx -y server'],
    [{ registry: 'pypi', name: 'mcp-server', version: '0.1.0' }, 'uvx mcp-server@0.1.0'],
    [{ registry: 'docker', name: 'mcp/time', version: 'v1' }, 'docker run -i --rm mcp/time:v1'],
    [{ registry: 'docker', name: 'ghcr.io/a/b:2' }, 'docker run -i --rm ghcr.io/a/b:2'],
  ] satisfies [ServerPackage, string][])('starts %j', (item, line) => {
    const { command, clientConfig } = installOf(item)
    expect(command).toBe(line)
    const [program = '', ...args] = line.split(' ')
    expect(JSON.parse(clientConfig ?? '')).toEqual({ mcpServers: { demo: { command: program, args } } })
  })

  it.each([
    ['an option instead of a name', { registry: 'npm', name: '--registry=https://evil.example' }],
    ['shell syntax in a name', { registry: 'npm', name: 'x; rm -rf /' }],
    ['a name of another registry', { registry: 'pypi', name: '@scope/server' }],
    ['a path', { registry: 'docker', name: '../../etc' }],
    ['a version that names another source', { registry: 'npm', name: 'x', version: 'npm:evil@1.0.0' }],
    ['a version that is an address', { registry: 'npm', name: 'x', version: 'https://evil.example/x.tgz' }],
    ['a registry nobody here can run', { registry: 'cargo', name: 'x' }],
    ['a program that does not fit the registry', { registry: 'npm', name: 'x', runtimeHint: 'bash' }],
    ['a line end in an argument', { registry: 'npm', name: 'x', arguments: ['a\nb'] }],
  ] satisfies [string, ServerPackage][])('refuses %s', (_case, item) => {
    const { command, clientConfig } = installOf(item)
    expect(command).toBeNull()
    expect(clientConfig).toBeNull()
  })

  it('quotes arguments for the shell and leaves them alone in JSON', () => {
    const word = "it's $(touch x)"
    const { command, clientConfig } = installOf({ registry: 'npm', name: 'x', arguments: ['--name', word] })
    expect(command).toBe("npx -y x --name 'it'\\''s $(touch x)'")
    expect(JSON.parse(clientConfig ?? '')).toMatchObject({
      mcpServers: { demo: { args: ['-y', 'x', '--name', word] } },
    })
  })

  it('leaves out arguments that belong to the runner or to a checkout, and shows them', () => {
    const misplaced = { registry: 'pypi', name: 'server', arguments: ['--with', 'server', 'server'] }
    expect(installOf({ ...misplaced, runtimeHint: 'uvx' })).toMatchObject({
      command: 'uvx server',
      unplacedArguments: ['--with', 'server', 'server'],
    })
    expect(installOf(misplaced).command).toBeNull()
    expect(installOf({ registry: 'pypi', name: 'server', arguments: ['src/main.py'] }).command).toBeNull()
  })

  it('asks for what is missing and never shows the standard of a secret', () => {
    const environment = [
      { name: 'TOKEN', secret: true, default: 'hunter2' },
      { name: 'LEVEL', default: 'info' },
    ]
    const { command, clientConfig } = installOf({ registry: 'docker', name: 'a/b', environment })
    expect(command).toBe("TOKEN='<TOKEN>' docker run -i --rm -e TOKEN -e LEVEL a/b")
    expect(JSON.parse(clientConfig ?? '')).toMatchObject({
      mcpServers: { demo: { env: { TOKEN: '<TOKEN>', LEVEL: 'info' } } },
    })
    expect(clientConfig).not.toContain('hunter2')
  })

  it('asks only for what is required where the manifest says what that is', () => {
    const environment = [{ name: 'TOKEN', required: true }, { name: 'HOST' }]
    expect(installOf({ registry: 'docker', name: 'a/b', environment }).command).toBe(
      "TOKEN='<TOKEN>' docker run -i --rm -e TOKEN a/b",
    )
  })

  it('names a required argument that has no value', () => {
    const args = [{ type: 'positional' as const, description: 'Folder to read', required: true }]
    expect(installOf({ registry: 'npm', name: 'x', arguments: args }).command).toBe(
      "npx -y x '<folder-to-read>'",
    )
  })

  it('connects remotes by address', () => {
    const [install] = serverInstalls(
      { remotes: [{ transport: 'streamable-http', url: 'https://mcp.example.org/x' }] },
      'a.b',
    )
    expect(install?.command).toBeNull()
    expect(JSON.parse(install?.clientConfig ?? '')).toEqual({
      mcpServers: { 'a-b': { type: 'http', url: 'https://mcp.example.org/x' } },
    })
  })
})

describe('settingRow', () => {
  it('tells an empty standard from none', () => {
    expect(settingRow({ name: 'A', default: '' }).standard).toBe('')
    expect(settingRow({ name: 'A', default: false }).standard).toBe('false')
    expect(settingRow({ name: 'A' }).standard).toBeNull()
  })
})
