/** Sends what libraries print on the console to a file, so that the terminal shows only what a person should read. */
import { Console } from 'node:console'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

export async function sendConsoleToFile(stackDir: string): Promise<void> {
  const folder = join(stackDir, 'logs')
  await mkdir(folder, { recursive: true })
  const file = createWriteStream(join(folder, 'supabase.log'), { flags: 'a', mode: 0o600 })
  globalThis.console = new Console({ stdout: file, stderr: file })
}
