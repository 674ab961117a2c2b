import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** What a process leaves on its standard output that logs and then ends in the way given. */
function linesOf(script: string): { level: number; msg: string }[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...['--conditions=react-server', '--disable-warning=ExperimentalWarning', '--input-type=module'],
      ...['--eval', `import { log } from '#lib/platform/log'\n${script}`],
    ],
    {
      cwd: join(import.meta.dirname, '..', '..'),
      encoding: 'utf8',
      env: { ...process.env, LOG_LEVEL: 'info' },
    },
  )
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as { level: number; msg: string })
}

it('a process that ends leaves every line in the log, in order', () => {
  const lines = linesOf(`for (let n = 0; n < 200; n += 1) log.info('line ' + n)\nprocess.exit(3)`)
  expect(lines.map(({ msg }) => msg)).toEqual(Array.from({ length: 200 }, (_, n) => `line ${n}`))
})

it('a process that is killed leaves what went wrong, and what came before', () => {
  const lines = linesOf(`log.info('before')\nlog.error('wrong')\nprocess.kill(process.pid, 'SIGKILL')`)
  expect(lines.map(({ msg }) => msg)).toEqual(['before', 'wrong'])
})

it('a line of a process that goes on is written soon', () => {
  const lines = linesOf(`log.info('soon')\nsetTimeout(() => process.kill(process.pid, 'SIGKILL'), 1_000)`)
  expect(lines).toHaveLength(1)
})

it('passwords and tokens stay out', () => {
  const lines = linesOf(`log.info({ password: 'secret-1', caller: { token: 'secret-2' } }, 'line')`)
  expect(JSON.stringify(lines)).not.toContain('secret-')
})
