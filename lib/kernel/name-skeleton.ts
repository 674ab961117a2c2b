/**
 * Owns what a name looks like at a glance, after UTS #39, for the letters that names may have. `catalog.name_skeleton`
 * says the same in SQL.
 */

const LETTERS: Record<string, string> = { 0: 'o', 1: 'l', i: 'l', 5: 's', '-': '', _: '', '.': '' }

/** Names with one skeleton are easily mistaken for each other: `goog1e` and `google`, `rnail` and `mail`. */
export function nameSkeleton(name: string): string {
  return name
    .replace(/[01i5._-]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
}
