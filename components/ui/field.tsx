/**
 * Ties a control to its label, hint and error, so that assistive technology reads them together. It validates nothing:
 * errors come from whoever knows the rules.
 */
import { useId } from 'react'
import { cx } from './cx.ts'
import { CircleAlertIcon } from './icons.tsx'
import { Input } from './input.tsx'
import { Textarea } from './textarea.tsx'

export interface FieldControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

export interface FieldProps {
  label: React.ReactNode
  hint?: React.ReactNode
  error?: React.ReactNode
  /** Shown beside the label; fields are required unless they say so. */
  optional?: boolean
  className?: string
  /** Receives what the control must carry: `{(control) => <Input {...control} name="slug" />}`. */
  children: (control: FieldControlProps) => React.ReactNode
}

export function Field({ label, hint, error, optional = false, className, children }: FieldProps) {
  const id = useId()
  const hintId = hint ? `${id}-hint` : null
  const errorId = error ? `${id}-error` : null
  const describedBy = [hintId, errorId].filter(Boolean).join(' ') || undefined
  return (
    <div
      data-slot="field"
      className={cx('grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-1.5', className)}
    >
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {optional ? <span className="ml-1.5 font-normal text-muted">optional</span> : null}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error ? true : undefined })}
      {hintId ? (
        <p id={hintId} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
      {errorId ? (
        <p id={errorId} className="flex items-start gap-1.5 text-xs font-medium text-danger">
          <CircleAlertIcon className="mt-0.5" />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  )
}

type Wrapped = Omit<FieldProps, 'children' | 'className'>

export function TextField({
  label,
  hint,
  error,
  optional,
  ...input
}: React.ComponentProps<'input'> & Wrapped) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => <Input {...input} {...control} />}
    </Field>
  )
}

export function TextareaField({
  label,
  hint,
  error,
  optional,
  ...textarea
}: React.ComponentProps<typeof Textarea> & Wrapped) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => <Textarea {...textarea} {...control} />}
    </Field>
  )
}
