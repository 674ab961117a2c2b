'use client'
/** Sends the form around it, once: while it is on its way the button says so and takes no second press. */
import { Button, type ButtonSize, type ButtonVariant } from '#components/ui/button'
import { useFormStatus } from 'react-dom'

export function SubmitButton({
  children,
  pendingLabel,
  variant,
  size,
  className,
}: {
  children: React.ReactNode
  pendingLabel: string
  variant?: ButtonVariant
  size?: ButtonSize
  className?: string
}) {
  const { pending } = useFormStatus()
  return (
    // Not `disabled`: that would take the focus away from whoever pressed it by keyboard.
    <Button
      type="submit"
      variant={variant}
      size={size}
      className={className}
      aria-disabled={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault()
      }}
    >
      {pending ? pendingLabel : children}
    </Button>
  )
}
