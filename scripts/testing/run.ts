/** Runs a program in the foreground and answers its exit code and the end of what it printed. */
import { spawn } from 'node:child_process'

/** What a reader of a long log is shown again at its end. */
const KEPT_CHARACTERS = 16_384

export interface Ran {
  code: number
  /** The last lines that it printed, on either stream. */
  ending: string
}

export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...colour, ...env },
    })
    let ending = ''
    const pass = (to: NodeJS.WriteStream) => (chunk: string) => {
      to.write(chunk)
      ending = (ending + chunk).slice(-KEPT_CHARACTERS)
    }
    child.stdout.setEncoding('utf8').on('data', pass(process.stdout))
    child.stderr.setEncoding('utf8').on('data', pass(process.stderr))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, ending }))
  })
}
