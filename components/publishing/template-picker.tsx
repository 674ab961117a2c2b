'use client'
/** Ways to begin: a template of each kind, or a file. */
import { KIND_ORDER, KINDS } from '../catalog/kind.ts'
import { buttonClass } from '#components/ui/button'
import type { Kind } from '#lib/kernel/kind'

export interface TemplatePickerProps {
  onTemplate: (kind: Kind) => void
  onFile: (file: File) => void
}

export function TemplatePicker({ onTemplate, onFile }: TemplatePickerProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2.5">
      <div role="group" aria-label="Start from a template" className="flex flex-wrap items-center gap-1.5">
        <span aria-hidden="true" className="mr-1 text-sm text-muted">
          Start from
        </span>
        {KIND_ORDER.map((kind) => {
          const { one, hue, Icon } = KINDS[kind]
          return (
            <button
              key={kind}
              type="button"
              data-hue={hue}
              onClick={() => onTemplate(kind)}
              className={buttonClass({ variant: 'secondary', size: 'sm' })}
            >
              <Icon className="text-hue" />
              {one}
            </button>
          )
        })}
      </div>
      <label
        className={buttonClass(
          { variant: 'secondary', size: 'sm' },
          'cursor-pointer has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-focus',
        )}
      >
        Choose a file…
        <input
          type="file"
          name="file"
          accept=".yaml,.yml,application/yaml,text/yaml"
          className="sr-only"
          onChange={(event) => {
            const { currentTarget } = event
            const file = currentTarget.files?.[0]
            // Emptied, so that the same file can be chosen again and the form does not send it beside the text.
            currentTarget.value = ''
            if (file) onFile(file)
          }}
        />
      </label>
    </div>
  )
}
