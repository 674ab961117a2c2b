/** One line of text. Its label, hint and error come from Field. */
import { CONTROL_CLASS } from './control-class.ts'
import { cx } from './cx.ts'

export function Input({ className, type = 'text', ...props }: React.ComponentProps<'input'>) {
  return <input data-slot="input" type={type} className={cx(CONTROL_CLASS, 'h-9', className)} {...props} />
}
