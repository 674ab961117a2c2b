import project from '../../../package.json' with { type: 'json' }
import { createDatabase } from '../_shared/database.ts'
import { readSettings } from '../_shared/settings.ts'
import { createHealthCheck } from './handler.ts'

const settings = readSettings((name) => Deno.env.get(name))
const { version } = project

Deno.serve(
  createHealthCheck({ database: createDatabase(settings), secretKeys: settings.secretKeys, version }),
)
