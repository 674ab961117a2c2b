/** What stands where a page should be: that there is none, and the ways back into the market. */
import { SearchForm } from '#components/shell/search-form'
import { ButtonLink } from '#components/ui/button'
import { ARCH_PATH, Khatim } from '#components/ui/khatim'

const GATES = [
  { x: 0, className: 'fill-line/60' },
  { x: 34, className: 'fill-line' },
  { x: 68, className: 'fill-dye' },
  { x: 102, className: 'fill-line' },
  { x: 136, className: 'fill-line/60' },
]

export function NotFoundMessage() {
  return (
    <div data-slot="not-found" className="page-width flex flex-col items-center py-16 text-center sm:py-24">
      <svg aria-hidden="true" viewBox="0 0 168 32" className="w-72 max-w-full sm:w-96">
        {GATES.map(({ x, className }) => (
          <path key={x} d={ARCH_PATH} transform={`translate(${x} 0)`} className={className} />
        ))}
        <Khatim x={84} y={19} reach={6} className="fill-saffron" />
      </svg>
      <p className="mt-6 font-mono text-sm text-muted">404</p>
      <h1 className="mt-1 font-display text-3xl font-semibold tracking-tight sm:text-4xl">
        No stall at this address
      </h1>
      <p className="mt-3 max-w-prose text-muted">
        The page has moved, was never here, or is not open to you. Search the market, or walk its lanes.
      </p>
      <SearchForm size="lg" className="mt-7 w-full max-w-xl text-left" />
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        <ButtonLink href="/" variant="secondary">
          Home
        </ButtonLink>
        <ButtonLink href="/categories" variant="secondary">
          Categories
        </ButtonLink>
        <ButtonLink href="/search?sort=new" variant="secondary">
          New arrivals
        </ButtonLink>
      </div>
    </div>
  )
}
