/** The one search box. A plain GET form: it works before and without JavaScript, and the address holds the question. */
import { Kbd } from '#components/ui/kbd'
import { SearchIcon } from '#components/ui/frame-icons'
import { buttonClass } from '#components/ui/button'
import { cx } from '../ui/cx.ts'

export interface SearchFormProps {
  size?: 'md' | 'lg'
  defaultValue?: string
  placeholder?: string
  /** Shows the key that focuses the box; the page must listen for it. */
  shortcut?: string
  className?: string
  /** Of the box, where it opens something larger. */
  onClick?: React.MouseEventHandler<HTMLInputElement>
  onInput?: React.InputEventHandler<HTMLInputElement>
}

export function SearchForm({
  size = 'md',
  defaultValue,
  placeholder = 'Search packages',
  shortcut,
  className,
  onClick,
  onInput,
}: SearchFormProps) {
  const isLarge = size === 'lg'
  return (
    <form
      data-slot="search-form"
      role="search"
      aria-label={isLarge ? 'Search the market' : 'Search'}
      action="/search"
      method="get"
      className={cx(
        'group relative flex items-center rounded-md border border-control bg-surface shadow-sm focus-within:border-focus hover:border-ink/60',
        isLarge ? 'h-13' : 'h-9',
        className,
      )}
    >
      <SearchIcon
        className={cx(
          'pointer-events-none absolute text-faint',
          isLarge ? 'left-4 text-lg' : 'left-2.5 text-sm',
        )}
      />
      <input
        type="search"
        name="q"
        aria-label="Search packages"
        defaultValue={defaultValue}
        placeholder={placeholder}
        autoComplete="off"
        maxLength={200}
        onClick={onClick}
        onInput={onInput}
        className={cx(
          'h-full w-full min-w-0 rounded-md bg-transparent text-[1rem] focus-visible:outline-offset-1',
          isLarge ? 'pr-28 pl-11.5' : 'pr-9 pl-8.5 sm:text-sm',
        )}
      />
      {shortcut && !isLarge ? (
        <Kbd aria-hidden="true" className="pointer-events-none absolute right-2 max-md:hidden">
          {shortcut}
        </Kbd>
      ) : null}
      {isLarge ? (
        <button type="submit" className={buttonClass({}, 'absolute right-2')}>
          Search
        </button>
      ) : null}
    </form>
  )
}
