/** Owns what there is to say about a text: faults that stop it, advice that does not, and the lines they mark. Pure. */
import type { ManifestResult } from '#lib/kernel/manifest'
import type { Issue } from '#lib/kernel/problem'
import type { LineMark } from './manifest-editor.tsx'
import { type OwnedNames, sellerAdvice } from './seller-advice.ts'

export interface Findings {
  faults: readonly Issue[]
  advice: readonly Issue[]
}

/** Ours while somebody types; the server's when it found what we could not. */
export function findingsOf(
  result: ManifestResult | null,
  answered: readonly Issue[],
  text: string,
  owned: OwnedNames,
): Findings {
  if (result === null) return { faults: answered, advice: [] }
  if (!result.ok) return { faults: inOrder(result.issues), advice: [] }
  const advice = inOrder([...sellerAdvice(result.manifest, text, owned), ...result.warnings])
  return { faults: answered, advice }
}

function inOrder(issues: readonly Issue[]): Issue[] {
  return issues.toSorted((left, right) => placeOf(left) - placeOf(right))
}

function placeOf({ line = 1, column = 1 }: Issue): number {
  return line * 100_000 + column
}

export function marksOf({ faults, advice }: Findings): LineMark[] {
  const at = (tone: LineMark['tone']) => (issue: Issue) => ({ line: issue.line ?? 1, tone })
  // A later mark of a line wins, and a fault weighs more than advice.
  return [...advice.map(at('warning')), ...faults.map(at('danger'))]
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
