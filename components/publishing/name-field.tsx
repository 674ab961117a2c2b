'use client'
/**
 * A name that must be free and well-formed: what is typed is checked against the rules at once, and what the server
 * refused stays marked until it is changed.
 */
import { CONTROL_CLASS } from '../ui/control-class.ts'
import { CircleCheckIcon } from '#components/ui/icons'
import { Field } from '#components/ui/field'
import { checkClaimableName } from '#lib/kernel/handle'
import { cx } from '../ui/cx.ts'

export interface NameFieldProps {
  label: string
  name: string
  /** Shown before the name, as in an address. */
  prefix?: string
  suffix?: string
  rule: 'slug' | 'namespace'
  value: string
  onChange: (value: string) => void
  hint: string
  /** What the server said about which name. */
  refused: { value: string | undefined; message: string | undefined }
  placeholder?: string
}

export function NameField({
  label,
  name,
  prefix,
  suffix,
  rule,
  value,
  onChange,
  hint,
  refused,
  placeholder,
}: NameFieldProps) {
  const isRefused = refused.message !== undefined && refused.value === value
  const fault = value === '' ? (isRefused ? refused.message : undefined) : faultOf(value, rule)
  const error = fault ?? (isRefused ? refused.message : undefined)
  return (
    <Field
      label={label}
      error={error}
      hint={
        value !== '' && error === undefined ? (
          <span className="inline-flex items-center gap-1 text-success">
            <CircleCheckIcon /> Fine, if nobody has it yet.
          </span>
        ) : (
          hint
        )
      }
    >
      {(control) => (
        <div className="flex items-center rounded-md has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-focus">
          {prefix ? <Affix side="start">{prefix}</Affix> : null}
          <input
            {...control}
            name={name}
            required
            maxLength={64}
            value={value}
            placeholder={placeholder}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
            className={cx(
              CONTROL_CLASS,
              'h-9 min-w-0 flex-1 font-mono shadow-none focus-visible:outline-none',
              prefix && 'rounded-l-none',
              suffix && 'rounded-r-none',
            )}
          />
          {suffix ? <Affix side="end">{suffix}</Affix> : null}
        </div>
      )}
    </Field>
  )
}

function Affix({ side, children }: { side: 'start' | 'end'; children: React.ReactNode }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'flex h-9 shrink-0 items-center border border-control bg-sunken px-2.5 font-mono text-sm text-muted',
        side === 'start' ? 'rounded-l-md border-r-0' : 'rounded-r-md border-l-0',
      )}
    >
      {children}
    </span>
  )
}

function faultOf(value: string, rule: NameFieldProps['rule']): string | undefined {
  const result = checkClaimableName(value)
  if (!result.ok) return result.message
  if (rule === 'namespace') return undefined
  if (/[._]/.test(value)) return 'Use "-" between words.'
  return value.length < 2 ? 'Use at least 2 characters.' : undefined
}
