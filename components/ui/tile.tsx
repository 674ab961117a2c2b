/** The picture of a package, a store or a person. Decoration beside a name: it has no text alternative of its own. */
import { cx } from './cx.ts'
import { hueFor, mosaicFor } from './mosaic.ts'

export type TileSize = 'sm' | 'md' | 'lg' | 'xl'

const SIZES: Record<TileSize, { className: string; corners: string; pixels: number }> = {
  sm: { className: 'size-7', corners: 'rounded-sm', pixels: 28 },
  md: { className: 'size-10', corners: 'rounded-md', pixels: 40 },
  lg: { className: 'size-14', corners: 'rounded-md', pixels: 56 },
  xl: { className: 'size-20', corners: 'rounded-lg', pixels: 80 },
}

interface TileLook {
  size?: TileSize
  className?: string
}

export function PackageTile({
  handle,
  iconUrl,
  size = 'md',
  className,
}: TileLook & { handle: string; iconUrl: string | null }) {
  const { className: sizeClass, corners, pixels } = SIZES[size]
  const look = cx('block shrink-0 overflow-hidden', sizeClass, corners, className)
  // Pages load nothing from other origins, so an icon elsewhere falls back to the mosaic.
  if (iconUrl?.startsWith('/')) {
    return (
      // eslint-disable-next-line @next/next/no-img-element -- icons are served at their size, from here
      <img
        data-slot="tile"
        src={iconUrl}
        alt=""
        width={pixels}
        height={pixels}
        loading="lazy"
        className={look}
      />
    )
  }
  const { hue, deep, bright } = mosaicFor(handle)
  return (
    <svg
      data-slot="tile"
      data-hue={hue}
      aria-hidden="true"
      viewBox="0 0 32 32"
      className={cx(look, 'bg-hue-solid')}
    >
      <path d={deep} className="fill-hue-deep" />
      <path d={bright} className="fill-hue-bright" />
    </svg>
  )
}

/** Initials on a hue: stores and people. */
export function Avatar({ name, size = 'sm', className }: TileLook & { name: string }) {
  const words = name.trim().split(/\s+/)
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
  return (
    <span
      data-slot="avatar"
      data-hue={hueFor(name)}
      aria-hidden="true"
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-full bg-hue-soft text-xs font-semibold text-hue uppercase',
        SIZES[size].className,
        className,
      )}
    >
      {initials}
    </span>
  )
}
