'use server'
/** Publishing by a plain form, for browsers without JavaScript. It ends on the package's own page of the dashboard. */
import type { PostedForm } from '#components/publishing/publish-workbench'
import { redirect } from 'next/navigation'
import { currentActor } from '#lib/http/actor'
import { requirePersonToWrite } from '#lib/identity/rules'
import { Problem } from '#lib/kernel/problem'
import { log } from '#lib/platform/log'
import { publishVersion } from '#lib/publishing/publish-version'

export async function publishAction(_previous: PostedForm | null, form: FormData): Promise<PostedForm> {
  const bytes = await manifestOf(form)
  const category = textOf(form, 'category')
  let target: string
  try {
    const actor = requirePersonToWrite(await currentActor())
    const { package: published, version } = await publishVersion(
      actor,
      bytes,
      category === '' ? {} : { category },
    )
    target = `/dashboard/packages/${published.handle}?published=${encodeURIComponent(version.version)}`
  } catch (error) {
    const text = new TextDecoder().decode(bytes)
    if (error instanceof Problem) {
      const { code, detail, issues = [] } = error
      return { text, category, code, detail, issues }
    }
    log.error({ err: error }, 'form could not be published')
    return {
      text,
      category,
      code: 'internal',
      detail: 'Something went wrong on our side. Nothing was published.',
      issues: [],
    }
  }
  redirect(target)
}

/** A chosen file counts before the text. Forms send text with `\r\n`, which nobody wrote. */
async function manifestOf(form: FormData): Promise<Uint8Array> {
  const file = form.get('file')
  if (file instanceof File && file.size > 0) return new Uint8Array(await file.arrayBuffer())
  return new TextEncoder().encode(textOf(form, 'manifest').replace(/\r\n?/g, '\n'))
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
