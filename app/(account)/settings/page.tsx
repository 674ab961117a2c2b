import { ChangePasswordForm } from '#components/identity/change-password-form'
import { ProfileForm } from '#components/identity/profile-form'
import { SettingsNav } from '#components/identity/settings-nav'
import { Alert } from '#components/ui/alert'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { getViewer } from '#lib/identity/get-viewer'
import { requireUser } from '#lib/identity/require-user'
import type { Metadata } from 'next'
import { changePasswordAction, updateProfileAction } from './actions.ts'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage({ searchParams }: PageProps<'/settings'>) {
  const user = await requireUser('/settings')
  const [viewer, { notice }] = await Promise.all([getViewer(), searchParams])
  return (
    <>
      <SettingsNav currentHref="/settings" />
      <div className="grid max-w-2xl gap-5">
        {notice === 'password-changed' ? (
          <Alert tone="success">Your password is changed. Your other devices are signed out.</Alert>
        ) : null}
        <Card>
          <CardHeader>
            <CardTitle>Profile</CardTitle>
          </CardHeader>
          <CardBody>
            <ProfileForm
              action={updateProfileAction}
              displayName={viewer?.displayName ?? user.displayName}
              email={user.email}
            />
          </CardBody>
        </Card>
        <Card>
          <CardHeader>
            <CardTitle>Password</CardTitle>
          </CardHeader>
          <CardBody>
            <ChangePasswordForm action={changePasswordAction} email={user.email} />
          </CardBody>
        </Card>
      </div>
    </>
  )
}
