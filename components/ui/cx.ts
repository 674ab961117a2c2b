/** Joins class names, dropping what is absent. It resolves no conflicts: a caller's class adds, it does not override. */
export function cx(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}
