/** What happened that the person should know: decisions, invitations, steps of a dispute. */
import { NotificationItem } from '#components/identity/notification-item'
import { SubmitButton } from '#components/identity/submit-button'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { listNotifications } from '#lib/identity/list-notifications'
import { requireUser } from '#lib/identity/require-user'
import { notificationsQuerySchema } from '#lib/identity/schemas'
import { Problem } from '#lib/kernel/problem'
import type { UserActor } from '#lib/kernel/actor'
import type { Metadata } from 'next'
import { openNotificationAction, readAllAction } from './actions.ts'

export const metadata: Metadata = { title: 'Notifications' }

export default async function NotificationsPage({ searchParams }: PageProps<'/notifications'>) {
  const user = await requireUser('/notifications')
  const { cursor } = await searchParams
  const { items, meta } = await pageOf(user, typeof cursor === 'string' ? cursor : undefined)
  return (
    <>
      <PageHeader
        title="Notifications"
        actions={
          meta.unread > 0 ? (
            <form action={readAllAction}>
              <SubmitButton variant="secondary" pendingLabel="Marking…">
                Mark all as read
              </SubmitButton>
            </form>
          ) : null
        }
      />
      {items.length === 0 ? (
        <EmptyState title="Nothing yet">
          When an operator decides about your package, somebody invites you or a dispute moves, it is said
          here.
        </EmptyState>
      ) : (
        <ul
          aria-label="Notifications"
          className="max-w-3xl divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-sm"
        >
          {items.map((item) => (
            <NotificationItem key={item.id} item={item} openAction={openNotificationAction} />
          ))}
        </ul>
      )}
      {meta.nextCursor ? (
        <nav aria-label="Pages" className="mt-5">
          <ButtonLink
            href={`/notifications?cursor=${encodeURIComponent(meta.nextCursor)}`}
            prefetch={false}
            rel="next"
            variant="secondary"
          >
            Older
          </ButtonLink>
        </nav>
      ) : null}
    </>
  )
}

/** An address with a cursor that is none shows the first page. */
async function pageOf(user: UserActor, cursor: string | undefined) {
  try {
    return await listNotifications(user, notificationsQuerySchema.parse({ cursor }))
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'bad_request') throw error
    return await listNotifications(user, notificationsQuerySchema.parse({}))
  }
}
