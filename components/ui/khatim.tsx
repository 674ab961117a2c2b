/**
 * Owns Souk's shapes: the ogee arch of a market gate and the khatim, the eight-pointed star. Everything that shows them
 * (mark, category niches, empty states) draws them from here.
 */
export const ARCH_PATH = 'M3 31V15.5C3 8.6 10.4 6.4 16 1c5.6 5.4 13 7.6 13 14.5V31Z'

/** Two squares, one turned by an eighth. `reach` is half a square's side. */
export function Khatim({
  x,
  y,
  reach,
  className,
}: {
  x: number
  y: number
  reach: number
  className?: string
}) {
  const side = { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach }
  return (
    <g className={className}>
      <rect {...side} />
      <rect {...side} transform={`rotate(45 ${x} ${y})`} />
    </g>
  )
}
