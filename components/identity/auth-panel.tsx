/** The one shape of the pages that lead into an account: a title, a form, a way elsewhere. */
import { Mark } from '#components/shell/mark'
import { Card } from '#components/ui/card'

export function AuthPanel({
  title,
  intro,
  footer,
  children,
}: {
  title: string
  intro?: string
  footer?: React.ReactNode
  children: React.ReactNode
}) {
  return (
    <div className="mx-auto w-full max-w-md py-10 sm:py-16">
      <div className="mb-6 text-center">
        <Mark className="mx-auto mb-4 size-12" />
        <h1 className="font-display text-3xl font-semibold tracking-tight">{title}</h1>
        {intro ? <p className="mt-1.5 text-muted">{intro}</p> : null}
      </div>
      <Card className="grid gap-5 p-5 sm:p-7">{children}</Card>
      {footer ? (
        <p className="mt-5 text-center text-sm text-muted [&_a]:font-medium [&_a]:text-brand-ink [&_a]:underline [&_a]:underline-offset-4">
          {footer}
        </p>
      ) : null}
    </div>
  )
}
