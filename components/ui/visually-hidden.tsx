/** Text for assistive technology only. */
export function VisuallyHidden(props: Omit<React.ComponentProps<'span'>, 'className'>) {
  return <span data-slot="visually-hidden" className="sr-only" {...props} />
}
