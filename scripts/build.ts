/** `npm run build`: the production build, when it is not current. `npm start` does the same by itself. */
import { buildWeb } from './stack/build.ts'
import { projectRoot } from './stack/settings.ts'

buildWeb(projectRoot).then(
  (result) => process.stdout.write(`Production build: ${result}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
