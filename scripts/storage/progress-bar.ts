/** Draws one line of progress on a terminal, or writes a line every ten seconds where there is none. */
const WIDTH = 30
const LINE_INTERVAL_MS = 10_000
const DRAW_INTERVAL_MS = 100

export interface ProgressBar {
  update: (done: number) => void
  /** Leaves the last state standing. */
  finish: () => void
}

export function progressBar(
  label: string,
  total: number,
  out: NodeJS.WriteStream = process.stderr,
): ProgressBar {
  const startedAt = performance.now()
  let [done, drawnAt] = [0, 0]
  const draw = () => {
    drawnAt = performance.now()
    const line = progressLine(label, done, total, (drawnAt - startedAt) / 1000)
    out.write(out.isTTY ? `\r${line}\u001b[K` : `${line}\n`)
  }
  return {
    update(next) {
      done = next
      if (performance.now() - drawnAt > (out.isTTY ? DRAW_INTERVAL_MS : LINE_INTERVAL_MS)) draw()
    },
    finish() {
      draw()
      if (out.isTTY) out.write('\n')
    },
  }
}

/** `Importing [#######-------]  50 %  500 of 1000, 250/s, 0:02 left` */
export function progressLine(label: string, done: number, total: number, seconds: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * WIDTH)
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? clock((total - done) / rate) : '?'
  const percent = String(Math.floor(share * 100)).padStart(3)
  const bar = '#'.repeat(filled) + '-'.repeat(WIDTH - filled)
  return `${label} [${bar}] ${percent} %  ${done} of ${total}, ${Math.round(rate)}/s, ${left} left`
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
