/**
 * Owns the lines that build and run an app from its manifest. Words come from strangers: each is quoted or the line is
 * left out. Pure and client-safe.
 */
import type { AppSpec } from '#lib/kernel/manifest-spec'
import { type SettingRow, settingRow } from './mcp-install.ts'
import { shellLine } from './shell-line.ts'

export interface AppInstall {
  steps: { label: string; code: string }[]
  /** Where the app answers once it runs. */
  address: string | null
  settings: SettingRow[]
}

const IMAGE = /^[a-z0-9][a-z0-9._/:@-]*$/i
const COMMIT = /^[0-9a-f]{40}$/

export function appInstall(spec: AppSpec, name: string, version: string): AppInstall {
  const settings = (spec.environment ?? []).map(settingRow)
  const { port } = spec
  const address = port === undefined ? null : `http://127.0.0.1:${port}/`
  return {
    settings,
    address,
    steps: [...imageSteps(spec, name, settings), ...sourceSteps(spec, name, version, settings)],
  }
}

function imageSteps(spec: AppSpec, name: string, settings: SettingRow[]): AppInstall['steps'] {
  const { image } = spec
  const run = image !== undefined && IMAGE.test(image) ? runLine(spec, image, name, settings) : null
  return run ? [{ label: 'Run the published image', code: run }] : []
}

function sourceSteps(
  spec: AppSpec,
  name: string,
  version: string,
  settings: SettingRow[],
): AppInstall['steps'] {
  if (spec.repository === undefined) return []
  const tag = `${name}:${version.replaceAll('+', '_')}`
  const clone = cloneLine(spec, name)
  const build = buildLine(spec, name, tag)
  const run = runLine(spec, tag, name, settings)
  if (!clone || !build || !run) return []
  return [
    { label: 'Get the source', code: clone },
    { label: 'Build', code: build },
    { label: 'Run', code: run },
  ]
}

function cloneLine({ repository = '', ref }: AppSpec, name: string): string | null {
  if (ref?.startsWith('-')) return null
  const isCommit = ref !== undefined && COMMIT.test(ref)
  const branch = ref === undefined || isCommit ? [] : ['--branch', ref]
  const clone = shellLine([
    'git',
    'clone',
    ...(isCommit ? [] : ['--depth', '1']),
    ...branch,
    '--',
    repository,
    name,
  ])
  if (!clone) return null
  const checkout = isCommit ? shellLine(['git', '-C', name, 'checkout', '--detach', ref]) : null
  return checkout ? `${clone} && ${checkout}` : clone
}

function buildLine({ dockerfile, context }: AppSpec, name: string, tag: string): string | null {
  const inside = (path: string) => `./${name}/${path}`.replace(/\/\.?$/, '')
  const file = dockerfile === undefined ? [] : ['-f', inside(dockerfile)]
  return shellLine(['docker', 'build', '-t', tag, ...file, inside(context ?? '')])
}

function runLine(
  { port, volumes = [], memoryMb, command = [] }: AppSpec,
  image: string,
  name: string,
  settings: readonly SettingRow[],
): string | null {
  const needed = settings.filter((row) => row.isRequired && row.standard === null)
  return shellLine([
    'docker',
    'run',
    '--rm',
    ...(port === undefined ? [] : ['-p', `127.0.0.1:${port}:${port}`]),
    ...needed.flatMap((row) => ['-e', `${row.name}=<${row.name}>`]),
    // A colon would separate options of the mount.
    ...volumes
      .filter((path) => !/[:,]/.test(path))
      .flatMap((path, index) => ['-v', `${name}-${index + 1}:${path}`]),
    ...(memoryMb === undefined ? [] : ['--memory', `${memoryMb}m`]),
    image,
    ...command,
  ])
}
