/**
 * A choice from a short list. It is the browser's own select: it works before and without JavaScript, inside GET forms,
 * and with every phone's picker.
 */
import { CONTROL_CLASS } from './control-class.ts'
import { cx } from './cx.ts'
import { ChevronsUpDownIcon } from './icons.tsx'

export function Select({ className, children, ...props }: React.ComponentProps<'select'>) {
  return (
    <span data-slot="select" className={cx('relative inline-flex h-9 w-full', className)}>
      <select className={cx(CONTROL_CLASS, 'h-9 cursor-pointer appearance-none pr-8')} {...props}>
        {children}
      </select>
      <ChevronsUpDownIcon className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-sm text-faint" />
    </span>
  )
}
