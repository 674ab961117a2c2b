import { AuthPanel } from '#components/identity/auth-panel'
import { DemoAccounts } from '#components/identity/demo-accounts'
import { SignInForm } from '#components/identity/sign-in-form'
import { Alert, type AlertTone } from '#components/ui/alert'
import { currentActor } from '#lib/http/actor'
import { safeNextPath, withNext } from '#lib/identity/rules'
import { env } from '#lib/platform/env'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { signInAction } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

const NOTICES: Record<string, { tone: AlertTone; text: string }> = {
  confirmed: { tone: 'success', text: 'Your address is confirmed. Sign in to go on.' },
  'link-spent': {
    tone: 'warning',
    text: 'This link has expired or was used before. You may sign in all the same.',
  },
  unavailable: {
    tone: 'warning',
    text: 'The sign-in service could not be reached. Your link is still good: open it again shortly.',
  },
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const query = await searchParams
  const next = safeNextPath(query.next)
  const actor = await currentActor()
  if (actor.kind === 'user' && !actor.isStale) redirect(next)
  const notice = typeof query.notice === 'string' ? NOTICES[query.notice] : undefined
  return (
    <AuthPanel
      title="Sign in"
      intro={next === '/' ? 'Welcome back.' : 'Sign in, and you go on where you were.'}
      footer={
        <>
          New here? <Link href={withNext('/sign-up', next)}>Create an account</Link>
        </>
      }
    >
      {notice ? <Alert tone={notice.tone}>{notice.text}</Alert> : null}
      <SignInForm action={signInAction} next={next} />
      {env().SOUK_MODE === 'embedded' ? <DemoAccounts /> : null}
    </AuthPanel>
  )
}
