'use client'
/** A password with a way to see what one types. Without JavaScript it is a plain password box. */
import { Button } from '#components/ui/button'
import { Field } from '#components/ui/field'
import { Input } from '#components/ui/input'
import { useState } from 'react'

export function PasswordField({
  label,
  hint,
  error,
  ...input
}: Omit<React.ComponentProps<'input'>, 'type'> & {
  label: string
  hint?: React.ReactNode
  error?: string
  autoComplete: 'current-password' | 'new-password'
}) {
  const [isShown, setShown] = useState(false)
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <Input
            {...input}
            {...control}
            type={isShown ? 'text' : 'password'}
            spellCheck={false}
            autoCapitalize="off"
            className="pr-16"
          />
          <Button
            variant="quiet"
            size="sm"
            aria-pressed={isShown}
            aria-label="Show what I type"
            aria-controls={control.id}
            onClick={() => setShown(!isShown)}
            className="absolute top-1 right-1"
          >
            {isShown ? 'Hide' : 'Show'}
          </Button>
        </div>
      )}
    </Field>
  )
}
