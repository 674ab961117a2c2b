/** Owns what address a store's name suggests. It checks nothing: the rules for names do. */

/** `Zoë’s  Prompt-Bazaar!` suggests `zoes-prompt-bazaar`; a name without a Latin letter or digit suggests nothing. */
export function suggestSlug(name: string, maxLength = 64): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '')
}
