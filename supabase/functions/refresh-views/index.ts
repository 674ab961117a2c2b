import { createDatabase } from '../_shared/database.ts'
import { readSettings } from '../_shared/settings.ts'
import { createRefreshViews } from './handler.ts'

const settings = readSettings((name) => Deno.env.get(name))

Deno.serve(createRefreshViews({ database: createDatabase(settings), secretKeys: settings.secretKeys }))
