/** What the package's pages share: their package, read once a request, under its one lower-case address. */
import { permanentRedirect } from 'next/navigation'
import { cache } from 'react'
import { packageForEverybody } from '#lib/catalog/for-everybody'
import { getPackage } from '#lib/catalog/get-package'
import type { PackagePage } from '#lib/catalog/schemas'
import { currentActor } from '#lib/http/actor'
import { varyByViewer } from '#lib/http/page-status'
import { foldedName } from '../../../lookup.ts'

interface Segments {
  namespace: string
  name: string
}

/** What strangers may see; null when that is nothing. */
export const loadShared = cache(packageForEverybody)

const read = cache(async (handle: string) => {
  const page = (await loadShared(handle))?.page ?? (await getPackage(await currentActor(), handle))
  // Whoever has bought it sees more of it; what is not on the shelf is for its owner.
  if (page.price.amount > 0 || page.status !== 'approved' || !page.isAvailable) varyByViewer()
  return page
})

/** @throws Problem `not_found` when there is no such package for this viewer. An address with capitals moves to `suffix` of the right one. */
export async function loadPackage({ namespace, name }: Segments, suffix = ''): Promise<PackagePage> {
  const folded = { namespace: foldedName(namespace), name: foldedName(name) }
  if (folded.namespace !== namespace || folded.name !== name) {
    permanentRedirect(`/packages/${folded.namespace}/${folded.name}${suffix}`)
  }
  return await read(`${namespace}/${name}`)
}

/** The version that the pages are about: the latest or, when every one was yanked, the newest. */
export function headVersion({ latestVersion, versions }: PackagePage): string {
  const head = latestVersion ?? versions[0]?.version
  if (head === undefined) throw new Error('A page without versions is not found')
  return head
}

export function trailOf({ handle, name, category }: PackagePage) {
  return [
    { name: 'Souk', path: '/' },
    { name: category.name, path: `/categories/${category.slug}` },
    { name, path: `/packages/${handle}` },
  ]
}
