/** Owns the lines under bench/results: what a run measured, and on what machine, so that its numbers are read as what they are. */
import { readFileSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../scripts/stack/settings.ts'

interface Machine {
  processors: number
  model: string | undefined
  memoryGb: number
  /** Of the minute before the run: above a half, other programs share the processors and the numbers are theirs, too. */
  loadBefore: number
  /** The part of the processors' time, in hundredths, that the host gave to other machines during the run. */
  stolenPercent: number
}

interface Ticks {
  stolen: number
  all: number
}

const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10
const ticksBefore = readTicks()

/** @param name of the file: `catalog` for bench/results/catalog.jsonl. Call it when the run is over. */
export async function recordRun(name: string, result: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = join(projectRoot, 'bench', 'results')
  await mkdir(folder, { recursive: true })
  const machine = describeMachine()
  const line = { at: new Date().toISOString(), machine, node: process.version, ...result }
  await appendFile(join(folder, `${name}.jsonl`), `${JSON.stringify(line)}\n`)
  const { loadBefore: load, stolenPercent } = machine
  console.log(`\nLoad before ${load}; ${stolenPercent} % of the processors' time went to other machines.`)
  console.log(`Appended to bench/results/${name}.jsonl`)
}

function describeMachine(): Machine {
  const now = readTicks()
  const all = now.all - ticksBefore.all
  return {
    processors: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    loadBefore,
    stolenPercent: all > 0 ? Math.round((1000 * (now.stolen - ticksBefore.stolen)) / all) / 10 : 0,
  }
}

/** https://man7.org/linux/man-pages/man5/proc_stat.5.html; zeros where there is no such file. */
function readTicks(): Ticks {
  let line: string
  try {
    line = readFileSync('/proc/stat', 'utf8').slice(0, 400).split('\n')[0] ?? ''
  } catch {
    return { stolen: 0, all: 0 }
  }
  // user nice system idle iowait irq softirq steal; guests are within user.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number)
  return { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, count) => sum + count, 0) }
}
