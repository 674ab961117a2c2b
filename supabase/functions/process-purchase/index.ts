import { createCallerDatabase } from '../_shared/caller-database.ts'
import { readPublicSettings } from '../_shared/settings.ts'
import { createProcessPurchase } from './handler.ts'

const settings = readPublicSettings((name) => Deno.env.get(name))

Deno.serve(createProcessPurchase({ database: createCallerDatabase(settings) }))
