'use client'
/** Commands behind one button. Plain lists of links need no menu; use a list. */
import { Menu as Base } from '@base-ui/react/menu'
import { cx } from './cx.ts'

const ITEM_CLASS =
  'flex min-h-8 cursor-default items-center gap-2.5 rounded-sm px-2.5 text-sm outline-none select-none data-disabled:text-faint data-highlighted:bg-hover'

export function Menu(props: React.ComponentProps<typeof Base.Root>) {
  return <Base.Root {...props} />
}

export function MenuTrigger(props: React.ComponentProps<typeof Base.Trigger>) {
  return <Base.Trigger data-slot="menu-trigger" {...props} />
}

export function MenuContent({
  align = 'end',
  children,
}: {
  align?: 'start' | 'center' | 'end'
  children: React.ReactNode
}) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={6} align={align} className="z-50 outline-none">
        <Base.Popup
          data-slot="menu"
          className="min-w-44 origin-[var(--transform-origin)] rounded-md border border-line bg-raised p-1 shadow-lg transition-[opacity,scale] duration-100 data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0"
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}

type Bare<Component extends React.ElementType> = Omit<React.ComponentProps<Component>, 'className'>

export function MenuItem({ tone, ...props }: Bare<typeof Base.Item> & { tone?: 'danger' }) {
  return (
    <Base.Item
      data-slot="menu-item"
      className={cx(ITEM_CLASS, tone === 'danger' && 'text-danger')}
      {...props}
    />
  )
}

export function MenuLink(props: Bare<typeof Base.LinkItem>) {
  return <Base.LinkItem data-slot="menu-link" className={ITEM_CLASS} {...props} />
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-line" />
}
