/** The title of an operator's page. It too is told to operators only: others read the title of a page that is not there. */
import { requireOperator } from '#lib/identity/require-user'
import type { Metadata } from 'next'

export async function operatorTitle(title: string): Promise<Metadata> {
  await requireOperator()
  return { title }
}
