/** What a form knows after it was sent: shared by the server action that answers and the form that shows it. */
import type { ProblemCode } from '#lib/kernel/problem'

export interface FormState<Result = null> {
  status: 'idle' | 'failed' | 'done'
  /** For the whole form. */
  message: string | null
  code: ProblemCode | null
  /** By field name. */
  fieldErrors: Readonly<Record<string, string>>
  /** What was typed, so that a failure loses nothing. Never a password. */
  values: Readonly<Record<string, readonly string[]>>
  result: Result | null
}

export const idleForm: FormState<never> = {
  status: 'idle',
  message: null,
  code: null,
  fieldErrors: {},
  values: {},
  result: null,
}

/** What was typed into a field, if the form was sent before. */
export function typed(state: FormState<unknown>, name: string): string | undefined {
  return state.values[name]?.[0]
}
