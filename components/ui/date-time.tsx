/** A day or a minute, written the same everywhere: `16 May 2025`, in UTC. Not Intl: server and browser must write the same bytes. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `iso` is an ISO 8601 time; what cannot be read is shown as it is. */
export function formatDay(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()] ?? ''} ${time.getUTCFullYear()}`
}

export function Day({
  iso,
  ...props
}: Omit<React.ComponentProps<'time'>, 'dateTime' | 'children'> & { iso: string }) {
  return (
    <time data-slot="day" dateTime={iso} {...props}>
      {formatDay(iso)}
    </time>
  )
}

/** `16 May 2025, 09:07 UTC`, for what is read to the minute. */
export function DateTime({
  iso,
  ...props
}: Omit<React.ComponentProps<'time'>, 'dateTime' | 'children'> & { iso: string }) {
  const time = new Date(iso)
  const clock = Number.isNaN(time.getTime()) ? '' : `, ${time.toISOString().slice(11, 16)} UTC`
  return (
    <time data-slot="date-time" dateTime={iso} {...props}>
      {formatDay(iso)}
      {clock}
    </time>
  )
}
