'use client'
/** Views of one thing side by side, with arrow-key movement. Tabs that change the address are links, not these. */
import { Tabs as Base } from '@base-ui/react/tabs'
import { cx } from './cx.ts'

export function Tabs(props: React.ComponentProps<typeof Base.Root>) {
  return <Base.Root data-slot="tabs" {...props} />
}

export function TabList({
  className,
  ...props
}: Omit<React.ComponentProps<typeof Base.List>, 'className'> & { className?: string }) {
  return (
    <Base.List
      data-slot="tab-list"
      className={cx('flex gap-1 overflow-x-auto border-b border-line', className)}
      {...props}
    />
  )
}

export function Tab(props: Omit<React.ComponentProps<typeof Base.Tab>, 'className'>) {
  return (
    <Base.Tab
      data-slot="tab"
      className="-mb-px inline-flex h-10 items-center gap-2 border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-muted hover:text-ink focus-visible:-outline-offset-2 data-active:border-brand data-active:text-ink"
      {...props}
    />
  )
}

export function TabPanel({
  className,
  ...props
}: Omit<React.ComponentProps<typeof Base.Panel>, 'className'> & { className?: string }) {
  return <Base.Panel data-slot="tab-panel" className={cx('pt-4', className)} {...props} />
}
