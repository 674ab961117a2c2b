/** Groups of choices in the form for a new token. Plain controls and CSS: they work without JavaScript. */
import { Checkbox } from '#components/ui/checkbox'
import { CircleAlertIcon } from '#components/ui/icons'
import { useId } from 'react'

export function ChoiceGroup({
  legend,
  error,
  children,
}: {
  legend: string
  error?: string
  children: React.ReactNode
}) {
  const errorId = useId()
  return (
    <fieldset
      aria-describedby={error ? errorId : undefined}
      // Focus goes to the group as a whole when nothing in it was chosen.
      aria-invalid={error ? true : undefined}
      tabIndex={error ? -1 : undefined}
      className="grid gap-2.5 rounded-sm"
    >
      <legend className="mb-2 text-sm font-medium">{legend}</legend>
      {children}
      {error ? (
        <p id={errorId} className="flex items-start gap-1.5 text-xs font-medium text-danger">
          <CircleAlertIcon className="mt-0.5" />
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

export function NamespaceChoice({
  namespaces,
  isLimited,
  chosen,
  error,
}: {
  namespaces: readonly string[]
  isLimited: boolean
  chosen: readonly string[]
  error?: string
}) {
  if (namespaces.length === 0) return null
  return (
    <ChoiceGroup legend="Where" error={error}>
      <div className="group grid gap-2.5">
        <Reach value="all" isDefault={!isLimited} label="All my namespaces, later ones too" />
        <Reach value="some" isDefault={isLimited} label="Only these" />
        <div className="hidden flex-wrap gap-x-6 gap-y-2 pl-7 group-has-[input[value=some]:checked]:flex">
          {namespaces.map((namespace) => (
            <Checkbox
              key={namespace}
              name="namespaces"
              value={namespace}
              label={<span className="font-mono">{namespace}</span>}
              defaultChecked={chosen.includes(namespace)}
            />
          ))}
        </div>
      </div>
    </ChoiceGroup>
  )
}

function Reach({ value, isDefault, label }: { value: 'all' | 'some'; isDefault: boolean; label: string }) {
  return (
    <label className="flex min-h-6 cursor-pointer items-start gap-2.5 text-sm">
      <input
        type="radio"
        name="reach"
        value={value}
        defaultChecked={isDefault}
        className="mt-0.5 size-4.5 shrink-0 cursor-pointer accent-brand"
      />
      {label}
    </label>
  )
}
