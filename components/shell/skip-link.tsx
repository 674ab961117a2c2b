/** The first stop of the Tab key: past the header to the page's own content, `<main id="main">`. */
export function SkipLink() {
  return (
    <a
      data-slot="skip-link"
      href="#main"
      className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-brand px-4 py-2 text-sm font-medium text-on-brand shadow-lg focus:translate-y-0"
    >
      Skip to content
    </a>
  )
}
