/** Owns tools that only measurements need: each is installed once, apart from the product, under `.souk/`. */
import { spawn } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../scripts/stack/settings.ts'

/** @param name a folder beside this file with a package.json. @returns where its `node_modules` is. */
export async function installApart(name: string): Promise<string> {
  const home = join(projectRoot, '.souk', `bench-${name}`)
  await mkdir(home, { recursive: true })
  await cp(join(projectRoot, 'bench', name, 'package.json'), join(home, 'package.json'))
  const child = spawn(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'],
    { cwd: home, stdio: 'inherit' },
  )
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`npm could not install what bench/${name}/package.json asks for.`)
  return home
}
