/** Several lines of text. `mono` suits manifests and code. */
import { CONTROL_CLASS } from './control-class.ts'
import { cx } from './cx.ts'

export function Textarea({
  className,
  mono = false,
  ...props
}: React.ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      data-slot="textarea"
      spellCheck={mono ? false : undefined}
      className={cx(CONTROL_CLASS, 'min-h-24 resize-y py-2', mono && 'font-mono leading-relaxed', className)}
      {...props}
    />
  )
}
