/** One readable line per start-up step, with how long it took. Steps may run side by side; nothing is overwritten. */

export type Progress = {
  /** Runs `work` and prints one line when it is done or has failed. A string result is shown as the detail. */
  step: <T>(name: string, work: () => Promise<T>, detail?: (result: T) => string) => Promise<T>
  info: (text: string) => void
  warn: (text: string) => void
}

type Write = (line: string) => void

const NAME_WIDTH = 11

export function formatDuration(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`
}

export function createProgress(write: Write = (line) => process.stdout.write(`${line}\n`)): Progress {
  return {
    async step(name, work, detail) {
      const startedAt = performance.now()
      try {
        const result = await work()
        const duration = formatDuration(performance.now() - startedAt)
        const text = detail?.(result)
        write(`  ✓ ${name.padEnd(NAME_WIDTH)} ${duration.padStart(7)}${text ? `  ${text}` : ''}`)
        return result
      } catch (error) {
        write(`  ✗ ${name}`)
        throw error
      }
    },
    info: (text) => write(`  · ${text}`),
    warn: (text) => write(`  ! ${text}`),
  }
}
