import { AuthPanel } from '#components/identity/auth-panel'
import { ForgotPasswordForm } from '#components/identity/forgot-password-form'
import { env } from '#lib/platform/env'
import type { Metadata } from 'next'
import Link from 'next/link'
import { requestResetAction } from './actions.ts'

export const metadata: Metadata = { title: 'Forgot password' }

export default function ForgotPasswordPage() {
  return (
    <AuthPanel
      title="Forgot your password?"
      intro="Give us your address, and we send you a link to choose a new one."
      footer={
        <>
          Remembered it? <Link href="/sign-in">Sign in</Link>
        </>
      }
    >
      <ForgotPasswordForm action={requestResetAction} mailsArePrinted={env().SOUK_MODE === 'embedded'} />
    </AuthPanel>
  )
}
