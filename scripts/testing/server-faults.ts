/** What servers of a test run had to say that a failed test cannot: read before their folder is removed. */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Of each log, and few: what the tests themselves say of a failure has to stay in sight. */
const MAX_LINES = 8
const MAX_LINE_CHARACTERS = 300
/** Errors of ours, and what Postgres refuses to anybody. */
const FAULTS = /"level":(50|60)|\bFATAL:|\bPANIC:/

/** The last of them, each after the folder and the name of its log. */
export function serverFaults(dataDir: string): string[] {
  const logs = globSync(['logs/*.log', '*/logs/*.log'], { cwd: dataDir })
  return logs.flatMap((path) =>
    readFileSync(join(dataDir, path), 'utf8')
      .split('\n')
      .filter((line) => FAULTS.test(line))
      .slice(-MAX_LINES)
      .map(
        (line) =>
          `${basename(dirname(dirname(path)))}/${basename(path)}: ${line.slice(0, MAX_LINE_CHARACTERS)}`,
      ),
  )
}
