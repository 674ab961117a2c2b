/** A surface that groups what belongs together. It sets no width and no outer space. */
import { cx } from './cx.ts'

export function Card({ className, ...props }: React.ComponentProps<'div'>) {
  return (
    <div
      data-slot="card"
      className={cx('rounded-lg border border-line bg-surface shadow-sm', className)}
      {...props}
    />
  )
}

export function CardHeader({ className, ...props }: React.ComponentProps<'div'>) {
  return (
    <div
      data-slot="card-header"
      className={cx(
        'flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-3',
        className,
      )}
      {...props}
    />
  )
}

export function CardTitle({
  as: Heading = 'h2',
  className,
  children,
  ...props
}: React.ComponentProps<'h2'> & { as?: 'h2' | 'h3' | 'h4' }) {
  return (
    <Heading
      data-slot="card-title"
      className={cx('font-display text-lg font-semibold', className)}
      {...props}
    >
      {children}
    </Heading>
  )
}

export function CardBody({ className, ...props }: React.ComponentProps<'div'>) {
  return <div data-slot="card-body" className={cx('p-4', className)} {...props} />
}
