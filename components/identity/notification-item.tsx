/** One notification. Opening it marks it as read, which is a write, so it is a form and not a link. */
import { DateTime } from '#components/ui/date-time'
import type { Notification } from '#lib/identity/schemas'

export interface NotificationItemProps {
  item: Notification
  openAction: (form: FormData) => Promise<void>
}

export function NotificationItem({ item, openAction }: NotificationItemProps) {
  const { id, title, body, isRead, createdAt } = item
  return (
    <li className="relative flex gap-3 px-4 py-3 hover:bg-hover/50">
      <span
        aria-hidden="true"
        className={isRead ? 'mt-2 size-2 shrink-0' : 'mt-2 size-2 shrink-0 rounded-full bg-brand'}
      />
      <form action={openAction} className="min-w-0">
        <input type="hidden" name="id" value={id} />
        <button
          type="submit"
          className="text-left font-medium break-words outline-none after:absolute after:inset-0 hover:text-brand-ink focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {isRead ? null : <span className="sr-only">Unread: </span>}
          {title}
        </button>
        {body ? <p className="mt-0.5 line-clamp-3 text-sm break-words whitespace-pre-line">{body}</p> : null}
        <DateTime iso={createdAt} className="text-xs text-muted" />
      </form>
    </li>
  )
}
