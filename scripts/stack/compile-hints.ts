/**
 * Tells browsers to compile what every page runs at once: the framework's functions are then compiled while the file
 * arrives, beside the main thread, instead of one by one when they are first called.
 * https://v8.dev/blog/explicit-compile-hints; browsers that do not know the line read a comment.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const HINT = '//# allFunctionsCalledOnLoad\n'

const manifestSchema = z.object({ rootMainFiles: z.array(z.string()).min(1) })

/** After a build, before anything is made from its files. @returns the files that carry the hint, below `.next`. */
export async function hintChunks(root: string): Promise<string[]> {
  const read = (name: string) => readFile(join(root, '.next', name), 'utf8')
  const { rootMainFiles } = manifestSchema.parse(JSON.parse(await read('build-manifest.json')))
  for (const name of rootMainFiles) {
    const text = await read(name)
    if (!text.startsWith(HINT)) await writeFile(join(root, '.next', name), HINT + text)
  }
  return rootMainFiles
}
