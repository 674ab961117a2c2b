/**
 * `npm run verify`: every check that needs neither a database nor a browser, side by side. It prints a line for each
 * and the whole output of those that failed.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const HELP = `Usage: npm run verify [-- names]

Runs the checks side by side, or only those named:
  format     prettier
  lint       eslint with types, no warnings
  types      tsc, with Next's route types
  deps       who imports whom
  dead-code  unused files, exports and dependencies
  unit       unit tests

--help prints this.`

/** Between runs of the same person only what changed is looked at again; CI looks at everything. */
const KEPT = 'node_modules/.cache/verify'
const kept = (...args: string[]) => (process.env.CI ? [] : args)

/** Longest first, so that none of them is left to run alone. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  lint: [
    ...['npx', '--no-install', 'eslint', '.', '--max-warnings', '0'],
    ...kept('--cache', '--cache-strategy', 'content', '--cache-location', `${KEPT}/eslint`),
  ],
  unit: ['npx', '--no-install', 'vitest', 'run', '--project', 'unit', '--reporter=dot'],
  types: [
    ...['npx', '--no-install', 'tsc', '--noEmit'],
    ...kept('--incremental', '--tsBuildInfoFile', `${KEPT}/types.tsbuildinfo`),
  ],
  format: [
    ...['npx', '--no-install', 'prettier', '--check', '--log-level=warn', '.'],
    ...kept('--cache', '--cache-strategy', 'content', '--cache-location', `${KEPT}/prettier`),
  ],
  'dead-code': ['npm', 'run', '--silent', 'dead-code'],
  deps: ['npm', 'run', '--silent', 'deps'],
}

/** Writes the types of Next's routes, which both the linter and the compiler read. */
const PREPARATION = ['npx', '--no-install', 'next', 'typegen']

interface Outcome {
  name: string
  passed: boolean
  output: string
}

function run(name: string, [command = '', ...args]: readonly string[]): Promise<Outcome> {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer) => (output += chunk.toString())
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const finish = (passed: boolean) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      process.stdout.write(`  ${passed ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.padStart(5)} s\n`)
      resolve({ name, passed, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(false)
    })
    child.on('close', (code) => finish(code === 0))
  })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean' } },
    allowPositionals: true,
  })
  const unknown = positionals.filter((name) => !Object.hasOwn(CHECKS, name))
  if (values.help || unknown.length > 0) {
    if (unknown.length > 0) process.exitCode = 2
    process.stdout.write(
      `${unknown.length > 0 ? `There is no check called ${unknown.join(', ')}.\n\n` : ''}${HELP}\n`,
    )
    return
  }
  const queue: [string, readonly string[]][] = Object.entries(CHECKS).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  )
  const outcomes: Outcome[] = [await run('typegen', PREPARATION)]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) outcomes.push(await run(...next))
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
  const failed = outcomes.filter(({ passed }) => !passed)
  for (const { name, output } of failed) process.stdout.write(`\n── ${name} ──\n${output.trimEnd()}\n`)
  if (failed.length > 0) process.exitCode = 1
}

await main()
