import { AuthPanel } from '#components/identity/auth-panel'
import { ResetPasswordForm } from '#components/identity/reset-password-form'
import { Alert } from '#components/ui/alert'
import { ButtonLink } from '#components/ui/button'
import type { Metadata } from 'next'
import { resetPasswordAction } from './actions.ts'

export const metadata: Metadata = { title: 'Choose a new password' }

export default async function ResetPasswordPage({ searchParams }: PageProps<'/reset-password'>) {
  const { token_hash: tokenHash, code } = await searchParams
  const proof = typeof tokenHash === 'string' ? { tokenHash } : typeof code === 'string' ? { code } : null
  if (!proof) {
    return (
      <AuthPanel title="This link does not work">
        <Alert tone="warning">It has expired or was used before. Links work once, for an hour.</Alert>
        <ButtonLink href="/forgot-password" size="lg">
          Ask for a new link
        </ButtonLink>
      </AuthPanel>
    )
  }
  return (
    <AuthPanel title="Choose a new password" intro="Your other devices will be signed out.">
      <ResetPasswordForm action={resetPasswordAction} {...proof} />
    </AuthPanel>
  )
}
