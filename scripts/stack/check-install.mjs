// Runs before everything else on whatever Node the machine has, so that a missing installation is one clear line.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { URL } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const root = new URL('../../', import.meta.url)
const has = (path) => existsSync(new URL(path, root))

const problem =
  major < 20 || (major === 20 && minor < 20)
    ? `Souk needs Node 20.20 or newer; this is ${process.version}.`
    : !has('node_modules/next/package.json') || !has('node_modules/postgres/package.json')
      ? 'The packages are not installed. Run "npm ci" first.'
      : major < 24
        ? 'Souk runs on the Node that "npm ci" installs. Run "npm ci", and start with "npm start".'
        : undefined

if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
