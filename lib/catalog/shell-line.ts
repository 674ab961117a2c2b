/**
 * Owns writing lines that people paste into a POSIX shell. Words come from strangers: each is quoted, and one that could
 * be misread on screen is refused. Pure and client-safe; it must not know packages.
 */

/** Control characters, line ends, and marks that change how text reads: what is seen must be what runs. */
const DECEPTIVE = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/u
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

export function isDeceptive(text: string): boolean {
  return DECEPTIVE.test(text)
}

/** One word that the shell takes literally. @throws RangeError for a word that `isDeceptive`. */
export function quoteWord(text: string): string {
  if (isDeceptive(text)) throw new RangeError('The word holds characters that cannot be shown')
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A command with its arguments and, before it, variables for it alone. `null` when any part would be deceptive. */
export function shellLine(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string | null {
  const values = Object.entries(variables)
  if ([...words, ...values.map(([, value]) => value)].some(isDeceptive)) return null
  const assignments = values.map(([name, value]) => `${name}=${quoteWord(value)}`)
  // A quoted first word can be neither an assignment nor a keyword of the shell.
  const [program = '', ...rest] = words
  const command = program.includes('=') ? `'${program.replaceAll("'", "'\\''")}'` : quoteWord(program)
  return [...assignments, command, ...rest.map(quoteWord)].join(' ')
}
