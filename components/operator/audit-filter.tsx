/** Narrows the audit log by a plain GET form. Whom it is about is chosen by following a name in the list. */
import { Button, ButtonLink } from '#components/ui/button'
import { Field, TextField } from '#components/ui/field'
import { Select } from '#components/ui/select'

const ACTIONS = [
  'store',
  'namespace',
  'package',
  'version',
  'review',
  'token',
  'purchase',
  'dispute',
  'payout',
]

export interface AuditFilterProps {
  path: string
  action: string
  subject: string
  actor: string
  from: string
  to: string
  isFiltered: boolean
}

export function AuditFilter({ path, action, subject, actor, from, to, isFiltered }: AuditFilterProps) {
  const isExact = action !== '' && !ACTIONS.includes(action)
  return (
    <form
      action={path}
      method="get"
      role="search"
      aria-label="Filter"
      className="mb-5 grid items-end gap-3 sm:grid-cols-2 xl:grid-cols-[repeat(4,minmax(0,1fr))_auto]"
    >
      {actor === '' ? null : <input type="hidden" name="actor" value={actor} />}
      <Field label="What">
        {(control) => (
          <Select {...control} name="action" defaultValue={action}>
            <option value="">Everything</option>
            {isExact ? <option value={action}>{action}</option> : null}
            {ACTIONS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <TextField
        label="On"
        name="subject"
        defaultValue={subject}
        placeholder="namespace/name@1.0.0"
        maxLength={300}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField label="From" name="from" type="date" defaultValue={from} />
      <TextField label="To" name="to" type="date" defaultValue={to} />
      <div className="flex gap-2">
        <Button type="submit" variant="secondary">
          Filter
        </Button>
        {isFiltered ? (
          <ButtonLink href={path} prefetch={false} variant="quiet">
            Clear
          </ButtonLink>
        ) : null}
      </div>
    </form>
  )
}
