/** The strapwork of stars behind the hero: khatims in outline on a square lattice. Pure decoration. */
import { useId } from 'react'
import { cx } from '../ui/cx.ts'

export function Girih({ className }: { className?: string }) {
  const id = useId()
  return (
    <svg data-slot="girih" aria-hidden="true" className={cx('pointer-events-none', className)}>
      <defs>
        <pattern id={id} width="56" height="56" patternUnits="userSpaceOnUse">
          <g fill="none" stroke="currentColor" strokeWidth="1.25">
            <rect x="14" y="14" width="28" height="28" />
            <rect x="14" y="14" width="28" height="28" transform="rotate(45 28 28)" />
            <path d="M47.800 28H56M0 28H8.200M28 47.800V56M28 0V8.200" />
          </g>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  )
}
