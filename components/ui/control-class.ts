/** The one look of every box a person types into or chooses from. 16 px on touch keeps iOS from zooming the page. */
export const CONTROL_CLASS =
  'w-full rounded-md border border-control bg-surface px-3 text-[1rem] text-ink shadow-sm transition-colors sm:text-sm ' +
  'hover:border-ink/60 focus-visible:border-focus focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-faint ' +
  'aria-invalid:border-danger aria-invalid:outline-danger'
