/** Makes the production build when there is none or when what it is made from has changed. */
import type { ChildProcess } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnChild } from './child.ts'
import { hintChunks } from './compile-hints.ts'
import { fingerprint } from './fingerprint.ts'
import { bringChunksBack, putChunksAway } from './kept-chunks.ts'
import { buildWorker, workerPath } from './worker-build.ts'

const SOURCES = [
  ...['app', 'components', 'lib', 'public', 'middleware.ts', 'next.config.ts', 'postcss.config.mjs'],
  ...['scripts/stack/worker-build.ts', 'scripts/stack/compile-hints.ts'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
]
/** Made by the build itself, or never part of it. */
const IGNORED = /(\.test\.tsx?|^public\/sw\.js)$/

const fingerprintPath = (root: string) => join(root, '.next', 'souk-fingerprint')
export const nextProgram = (root: string) => join(root, 'node_modules', 'next', 'dist', 'bin', 'next')

export function sourceFingerprint(root: string): Promise<string> {
  return fingerprint(root, SOURCES, (path) => IGNORED.test(path))
}

async function isCurrent(root: string, expected: string): Promise<boolean> {
  const [built, hasPages, hasWorker] = await Promise.all([
    readFile(fingerprintPath(root), 'utf8').catch(() => ''),
    exists(join(root, '.next', 'BUILD_ID')),
    exists(workerPath(root)),
  ])
  return hasPages && hasWorker && built === expected
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Answers what it did. The build gets no settings: whatever needs one reads it when it serves. */
export async function buildWeb(root: string): Promise<'built' | 'up to date'> {
  const expected = await sourceFingerprint(root)
  if (await isCurrent(root, expected)) return 'up to date'
  await putChunksAway(root)
  const child = await spawnChild({
    command: process.execPath,
    args: [nextProgram(root), 'build'],
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child.process)
  const { code } = await child.exited
  if (code !== 0)
    throw new Error(`The production build failed:\n${output().split('\n').slice(-40).join('\n')}`)
  await hintChunks(root)
  await bringChunksBack(root)
  await buildWorker(root)
  await writeFile(fingerprintPath(root), expected)
  return 'built'
}

function collect(child: ChildProcess): () => string {
  let text = ''
  const add = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-20_000)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return () => text
}
