/** A dense table that scrolls inside itself on narrow screens, reachable by keyboard. */
import { cx } from './cx.ts'
import { ScrollRegion } from './scroll-region.tsx'

export function Table({ label, className, ...props }: React.ComponentProps<'table'> & { label: string }) {
  return (
    <ScrollRegion label={label} data-slot="table" className="rounded-lg border border-line bg-surface">
      <table className={cx('w-full border-collapse text-sm', className)} {...props} />
    </ScrollRegion>
  )
}

export function TableHead(props: React.ComponentProps<'thead'>) {
  return <thead data-slot="table-head" {...props} />
}

export function TableBody(props: React.ComponentProps<'tbody'>) {
  return <tbody data-slot="table-body" {...props} />
}

export function TableRow({ className, ...props }: React.ComponentProps<'tr'>) {
  return (
    <tr
      data-slot="table-row"
      className={cx('border-b border-line last:border-0 [tbody_&]:hover:bg-hover/50', className)}
      {...props}
    />
  )
}

interface CellLook {
  /** Right-aligned tabular figures. */
  numeric?: boolean
}

export function TableHeader({
  numeric = false,
  className,
  scope = 'col',
  ...props
}: React.ComponentProps<'th'> & CellLook) {
  return (
    <th
      data-slot="table-header"
      scope={scope}
      className={cx(
        'bg-sunken/60 px-3 py-2 text-xs font-medium whitespace-nowrap text-muted',
        numeric ? 'text-right' : 'text-left',
        className,
      )}
      {...props}
    />
  )
}

export function TableCell({ numeric = false, className, ...props }: React.ComponentProps<'td'> & CellLook) {
  return (
    <td
      data-slot="table-cell"
      className={cx('px-3 py-2.5 align-middle', numeric && 'text-right tabular', className)}
      {...props}
    />
  )
}
