/**
 * Owns how an action looks. `Button` acts, `ButtonLink` goes somewhere; both share variants and sizes. Every size is at
 * least 24 px high.
 */
import Link from 'next/link'
import { cx } from './cx.ts'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'link'
export type ButtonSize = 'sm' | 'md' | 'lg' | 'icon' | 'icon-sm'

interface ButtonLook {
  variant?: ButtonVariant
  size?: ButtonSize
}

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap ' +
  'transition-colors duration-100 select-none disabled:opacity-55 aria-disabled:opacity-55'

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-brand text-on-brand shadow-sm not-disabled:hover:bg-brand-hover',
  secondary: 'border border-control/60 bg-surface text-ink shadow-sm not-disabled:hover:bg-hover',
  quiet: 'text-muted not-disabled:hover:bg-hover not-disabled:hover:text-ink',
  danger: 'bg-danger text-on-danger shadow-sm not-disabled:hover:bg-danger-hover',
  link: 'text-brand-ink underline decoration-1 underline-offset-4 not-disabled:hover:decoration-2',
}

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 text-xs',
  md: 'h-9 px-3.5 text-sm',
  lg: 'h-11 px-5 text-base',
  icon: 'size-9 text-base',
  'icon-sm': 'size-7 text-sm',
}

export function buttonClass({ variant = 'primary', size = 'md' }: ButtonLook, className?: string): string {
  const fit = variant === 'link' ? 'min-h-6 text-sm' : SIZES[size]
  return cx(BASE, VARIANTS[variant], fit, className)
}

export function Button({
  variant,
  size,
  className,
  type = 'button',
  ...props
}: React.ComponentProps<'button'> & ButtonLook) {
  return (
    <button data-slot="button" type={type} className={buttonClass({ variant, size }, className)} {...props} />
  )
}

export function ButtonLink({
  variant,
  size,
  className,
  ...props
}: React.ComponentProps<typeof Link> & ButtonLook) {
  return <Link data-slot="button" className={buttonClass({ variant, size }, className)} {...props} />
}
