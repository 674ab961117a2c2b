'use client'
/** What took the place of a form that was sent: it takes the focus that went with the form, so that it is read out. */
import { useEffect, useRef } from 'react'
import { cx } from '../ui/cx.ts'

export function FocusRegion({ className, children }: { className?: string; children: React.ReactNode }) {
  const region = useRef<HTMLDivElement>(null)
  useEffect(() => region.current?.focus(), [])
  return (
    <div ref={region} tabIndex={-1} className={cx('rounded-md outline-offset-4', className)}>
      {children}
    </div>
  )
}
