import 'server-only'
import { structuredPatch } from 'diff'
import type { Actor } from '#lib/kernel/actor'
import { downloadManifest } from './download-manifest.ts'

export interface DiffLine {
  change: 'same' | 'added' | 'removed'
  /** Line numbers from 1; null on the side that does not have it. */
  fromLine: number | null
  toLine: number | null
  text: string
}

export interface ManifestDiff {
  /** Changed lines with those around them, apart from each other. Empty when the manifests are equal. */
  hunks: DiffLine[][]
  addedCount: number
  removedCount: number
}

const CONTEXT_LINES = 3
/** Texts that have less in common are shown as replaced whole: finding more costs too long. */
const EDITS_MAX = 2_000

/**
 * What changed, line by line, between the manifests of two exact versions that the caller may have.
 * @throws Problem as `downloadManifest`.
 */
export async function compareManifests(
  actor: Actor,
  handle: string,
  from: string,
  to: string,
): Promise<ManifestDiff> {
  const [before, after] = await Promise.all([readText(actor, handle, from), readText(actor, handle, to)])
  const patch = structuredPatch('', '', before, after, '', '', {
    context: CONTEXT_LINES,
    maxEditLength: EDITS_MAX,
  })
  const hunks = patch ? patch.hunks.map(linesOf) : [replaced(before, after)]
  const count = (change: DiffLine['change']) => hunks.flat().filter((line) => line.change === change).length
  return { hunks, addedCount: count('added'), removedCount: count('removed') }
}

async function readText(actor: Actor, handle: string, version: string): Promise<string> {
  const read = await downloadManifest(actor, handle, version)
  if (read.kind === 'redirect') throw new Error('Only exact versions are compared')
  return read.bytes.toString('utf8')
}

function linesOf({
  oldStart,
  newStart,
  lines,
}: {
  oldStart: number
  newStart: number
  lines: string[]
}): DiffLine[] {
  let [fromLine, toLine] = [oldStart, newStart]
  return lines
    .filter((line) => !line.startsWith('\\'))
    .map((line): DiffLine => {
      const text = line.slice(1)
      if (line.startsWith('+')) return { change: 'added', fromLine: null, toLine: toLine++, text }
      if (line.startsWith('-')) return { change: 'removed', fromLine: fromLine++, toLine: null, text }
      return { change: 'same', fromLine: fromLine++, toLine: toLine++, text }
    })
}

function replaced(before: string, after: string): DiffLine[] {
  return [
    ...before.split('\n').map((text, index): DiffLine => {
      return { change: 'removed', fromLine: index + 1, toLine: null, text }
    }),
    ...after.split('\n').map((text, index): DiffLine => {
      return { change: 'added', fromLine: null, toLine: index + 1, text }
    }),
  ]
}
