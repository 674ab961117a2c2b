/**
 * Owns turning zod's issues into the product's: one per fault, at the place a person would look, in plain words.
 */
import type { z } from 'zod'
import { formatIssuePath } from './problem.ts'
import type { Issue } from './problem.ts'

export interface Finding {
  path: PropertyKey[]
  message: string
  /** The fault is the key itself, not the value under it. */
  part: 'key' | 'value'
}

/** The issues of a problem response. `input` is what was parsed: it tells a missing value from a wrong one. */
export function issuesFromZod(error: z.ZodError, input: unknown): Issue[] {
  return findingsFromZod(error.issues, input).map(({ path, message }) => ({
    path: formatIssuePath(path),
    message,
  }))
}

export function findingsFromZod(issues: readonly z.core.$ZodIssue[], input: unknown): Finding[] {
  return issues.flatMap((issue) => findings(issue, input))
}

function findings(issue: z.core.$ZodIssue, input: unknown): Finding[] {
  const path = [...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `Unknown key "${key}"`,
      part: 'key' as const,
    }))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message, part: 'key' }]
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = nearestBranch(issue.errors)
    if (nearest)
      return findingsFromZod(
        nearest.map((inner) => ({ ...inner, path: [...path, ...inner.path] })),
        input,
      )
  }
  if (issue.code === 'invalid_type') {
    const given = valueAt(input, path)
    const message =
      given === undefined ? 'Required' : `Must be ${article(issue.expected)}, not ${nameOf(given)}`
    return [{ path, message, part: 'value' }]
  }
  if (issue.code === 'invalid_value') {
    const message = valueAt(input, path) === undefined ? 'Required' : `Use ${anyOf(issue.values.map(String))}`
    return [{ path, message, part: 'value' }]
  }
  return [{ path, message: issue.message, part: 'value' }]
}

/** `a`, `a or b`, `a, b or c`. */
function anyOf(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** The alternative that got furthest: the one its author most likely meant. `null` if none got past the first step. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]) {
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map(({ path }) => path.length))
  const [best] = [...branches].sort((left, right) => depth(right) - depth(left))
  return best && depth(best) > 0 ? best : null
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

function article(expected: string): string {
  const name = {
    record: 'mapping',
    object: 'mapping',
    array: 'list',
    int: 'whole number',
    boolean: 'true or false',
  }[expected]
  if (expected === 'boolean') return 'true or false'
  return `a ${name ?? expected}`
}

function nameOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}
