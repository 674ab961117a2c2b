import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readUnitPrices } from './data.ts'
import type { UnitPrices } from './schemas.ts'

/** What a package charges by use. @throws Problem `not_found` */
export async function getUnitPrices(actor: Actor, handle: string): Promise<UnitPrices> {
  const items = await readUnitPrices(actor, handle)
  if (items === null) throw new Problem('not_found', `There is no package ${handle}.`)
  return { items }
}
