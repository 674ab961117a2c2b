/**
 * Owns what happens to a form that a person sent: read, check, run, and answer with words beside the right field. It
 * knows no particular form; a redirect afterwards is the action's own.
 */
import 'server-only'
import type { z } from 'zod'
import { setPageStatus } from '#lib/http/page-status'
import { Problem } from '#lib/kernel/problem'
import { log } from '#lib/platform/log'
import type { FormState } from './form-state.ts'

const CHECK_FIELDS = 'Please check the marked fields.'
const UNEXPECTED = 'Something went wrong on our side. Nothing was changed; please try again.'

/** Runs `work` on what `raw` holds, once it fits `schema`. Failures become state; nothing is thrown. */
export async function submitForm<Schema extends z.ZodType, Result>(
  form: FormData,
  raw: Record<string, unknown>,
  schema: Schema,
  work: (input: z.output<Schema>) => Promise<Result>,
): Promise<FormState<Result>> {
  const values = typedValues(form)
  const parsed = schema.safeParse(raw)
  if (!parsed.success) {
    const fieldErrors = firstByField(parsed.error.issues)
    return {
      status: 'failed',
      message: CHECK_FIELDS,
      code: 'validation_failed',
      fieldErrors,
      values,
      result: null,
    }
  }
  try {
    const result = await work(parsed.data)
    return { status: 'done', message: null, code: null, fieldErrors: {}, values, result }
  } catch (error) {
    return failure(error, values)
  }
}

function failure(error: unknown, values: FormState['values']): FormState<never> {
  if (!(error instanceof Problem)) {
    log.error({ err: error }, 'form failed')
    return { status: 'failed', message: UNEXPECTED, code: 'internal', fieldErrors: {}, values, result: null }
  }
  if (error.status >= 500) log.warn({ err: error.cause ?? error }, 'form could not be served')
  // The page shows the words; whoever looks at the answer alone must not take it for done.
  if (error.code === 'unavailable') setPageStatus(503, { 'retry-after': '5', ...error.headers })
  const issues = (error.issues ?? []).map(({ path, message }) => ({ path: path.split(/[.[]/), message }))
  const fieldErrors = firstByField(issues)
  const message = issues.length > 0 ? CHECK_FIELDS : error.detail
  return { status: 'failed', message, code: error.code, fieldErrors, values, result: null }
}

function firstByField(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): Record<string, string> {
  const errors = new Map<string, string>()
  for (const { path, message } of issues) {
    const field = String(path[0] ?? '')
    if (!errors.has(field)) errors.set(field, message)
  }
  return Object.fromEntries(errors)
}

/** Passwords and one-time links are not echoed; neither is what the framework adds. */
function typedValues(form: FormData): FormState['values'] {
  const names = [...new Set(form.keys())].filter((name) => !/password|tokenHash|^code$|^\$/i.test(name))
  return Object.fromEntries(
    names.map((name) => [name, form.getAll(name).filter((value) => typeof value === 'string')]),
  )
}
