/** How pages read what their address names: folded to lower case, refused when nothing can be called so. */
import { permanentRedirect } from 'next/navigation'
import { checkName, normalizeName } from '#lib/kernel/handle'
import { Problem } from '#lib/kernel/problem'

/** The name in the form the database holds. @throws Problem `not_found`, without asking it, when it can hold none such. */
export function foldedName(segment: string): string {
  const name = normalizeName(decoded(segment))
  if (!checkName(name).ok) throw new Problem('not_found', 'No name looks like that.')
  return name
}

/** As `foldedName`; an address with capitals moves for good to the one without. */
export function foldedSlug(segment: string, parent: string): string {
  const slug = foldedName(segment)
  if (slug !== segment) permanentRedirect(`${parent}/${slug}`)
  return slug
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new Problem('not_found', 'The address is malformed.', { cause })
  }
}
