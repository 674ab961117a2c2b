/** How much of something is used up, as a bar. The words beside it say the numbers. */
export interface MeterProps {
  label: string
  value: number
  /** At least 1 is drawn as the whole. */
  max: number
}

export function Meter({ label, value, max }: MeterProps) {
  const whole = Math.max(max, 1)
  const part = Math.min(Math.max(value, 0), whole)
  return (
    <div
      data-slot="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={part}
      className="mb-1.5"
    >
      <svg aria-hidden="true" className="block h-2 w-full overflow-hidden rounded-full">
        <rect width="100%" height="100%" className="fill-line" />
        <rect width={`${(part / whole) * 100}%`} height="100%" className="fill-brand" />
      </svg>
    </div>
  )
}
