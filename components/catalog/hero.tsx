/** The head of the home page: what Souk is, the search, and an arcade of four stalls, one for each kind. */
import { SearchForm } from '#components/shell/search-form'
import { ARCH_PATH } from '#components/ui/khatim'
import type { Kind } from '#lib/kernel/kind'
import Link from 'next/link'
import { groupedCount } from './compact-count.ts'
import { Girih } from './girih.tsx'
import { KIND_ORDER, KINDS } from './kind.ts'
import { searchHref } from './search-href.ts'

export interface HeroProps {
  title: string
  description: React.ReactNode
  /** Searches worth a click. */
  popular?: string[]
  kindCounts?: Partial<Record<Kind, number>>
  /** Replaces the plain search form, for one with suggestions. */
  search?: React.ReactNode
}

export function Hero({ title, description, popular = [], kindCounts, search }: HeroProps) {
  return (
    <section
      data-slot="hero"
      aria-labelledby="hero-title"
      className="relative overflow-hidden bg-dye text-plaster"
    >
      <Girih className="absolute inset-0 size-full text-plaster/8" />
      <div className="relative page-width grid items-end gap-x-12 gap-y-8 pt-10 lg:grid-cols-[minmax(0,1fr)_27rem] lg:pt-14">
        <div className="pb-0 lg:pb-12">
          <h1
            id="hero-title"
            className="max-w-[18ch] font-display text-3xl font-semibold tracking-tight sm:text-4xl xl:text-5xl"
          >
            {title}
          </h1>
          <p className="mt-3 max-w-[46ch] text-lg text-plaster/85">{description}</p>
          <div className="mt-6 max-w-xl text-ink">
            {search ?? <SearchForm size="lg" placeholder="Try “postgres”, “browser” or “invoice”" />}
          </div>
          {popular.length > 0 ? (
            <ul aria-label="Popular searches" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
              {popular.map((query) => (
                <li key={query}>
                  <Link
                    href={searchHref({ q: query })}
                    prefetch={false}
                    className="inline-flex min-h-6 items-center text-plaster/85 underline decoration-plaster/40 underline-offset-4 hover:text-plaster hover:decoration-plaster"
                  >
                    {query}
                  </Link>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
        <ul aria-label="Kinds" className="grid w-full max-w-[27rem] grid-cols-4 gap-2 sm:gap-3">
          {KIND_ORDER.map((kind) => (
            <li key={kind}>
              <Stall kind={kind} count={kindCounts?.[kind]} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function Stall({ kind, count }: { kind: Kind; count?: number }) {
  const { many, hue, Icon } = KINDS[kind]
  return (
    <Link
      href={searchHref({ kind })}
      prefetch={false}
      data-hue={hue}
      className="group relative flex flex-col items-center pt-[42%] pb-3 text-center text-ink focus-visible:outline-saffron sm:pb-5"
    >
      <svg
        aria-hidden="true"
        viewBox="3 1 26 30"
        preserveAspectRatio="none"
        className="absolute inset-0 size-full"
      >
        <path d={ARCH_PATH} className="fill-canvas transition-colors group-hover:fill-hue-soft" />
      </svg>
      <Icon className="relative size-7 text-hue sm:size-8" />
      <span className="relative mt-2 text-xs leading-4 font-semibold sm:text-sm">{many}</span>
      {count === undefined ? null : (
        <span className="relative text-xs text-muted tabular">{groupedCount(count)}</span>
      )}
    </Link>
  )
}
