/** Filter and paging of the operators' lists: a plain GET form and links, so that the address holds everything. */
import { Button, ButtonLink } from '#components/ui/button'
import { Field } from '#components/ui/field'
import { ChevronRightIcon } from '#components/ui/icons'
import { Input } from '#components/ui/input'
import { Select } from '#components/ui/select'

export interface ListFilterProps {
  path: string
  /** What `q` is the beginning of. */
  nameLabel: string
  q: string
  status: string
  statuses: readonly { value: string; label: string }[]
}

export function ListFilter({ path, nameLabel, q, status, statuses }: ListFilterProps) {
  return (
    <form
      action={path}
      method="get"
      role="search"
      aria-label="Filter"
      className="mb-5 flex flex-wrap items-end gap-3"
    >
      <Field label={nameLabel} className="min-w-48 flex-1">
        {(control) => (
          <Input {...control} type="search" name="q" defaultValue={q} maxLength={130} autoComplete="off" />
        )}
      </Field>
      <Field label="Status" className="min-w-40">
        {(control) => (
          <Select {...control} name="status" defaultValue={status}>
            <option value="">Any</option>
            {statuses.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Button type="submit" variant="secondary">
        Filter
      </Button>
    </form>
  )
}

/** Lists by position know the next page and the first, not how many there are. */
export function MorePages({ firstHref, nextHref }: { firstHref: string | null; nextHref: string | null }) {
  if (firstHref === null && nextHref === null) return null
  return (
    <nav aria-label="Pages" className="mt-5 flex justify-center gap-2">
      {firstHref === null ? null : (
        <ButtonLink href={firstHref} prefetch={false} variant="quiet">
          First page
        </ButtonLink>
      )}
      {nextHref === null ? null : (
        <ButtonLink href={nextHref} prefetch={false} rel="next" variant="secondary">
          Next <ChevronRightIcon />
        </ButtonLink>
      )}
    </nav>
  )
}
